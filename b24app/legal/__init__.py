"""Law: the documents and their acceptance, a portal's data handed over to its administrator, and erased by him."""
