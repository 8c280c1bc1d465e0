"""The checklist: facts of a portal, checks that judge them, and proof that nothing was lost."""
