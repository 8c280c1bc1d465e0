"""The resources that are compared, found by this folder: a function each, some in a file."""
