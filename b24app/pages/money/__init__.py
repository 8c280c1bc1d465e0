"""Pages of the licence: paid terms, plan and budget."""
