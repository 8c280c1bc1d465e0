"""Pages of the checklist: checks, questions, the register, history of runs, and the comparison after activation."""
