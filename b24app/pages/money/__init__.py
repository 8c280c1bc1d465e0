"""Pages of terms and money: paid terms, plan and budget, rules."""
