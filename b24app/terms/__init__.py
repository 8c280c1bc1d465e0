"""The licence: plans, paid terms, the rules of renewal, working days, prices, usage and advice."""
