"""Facts about applications, scopes, events and placements."""
