"""The REST client of a portal from inside: connection, transport, error codes, retries, rate limit, lists, OAuth, call log."""
