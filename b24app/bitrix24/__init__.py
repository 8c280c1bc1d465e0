"""What the REST door stands on: transport, refusals, budget, paging, addresses and the log of calls."""
