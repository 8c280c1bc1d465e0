"""One file = rules of one part of a portal; each declares RULES and is found by being there."""
