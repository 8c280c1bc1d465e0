"""The readiness report: one set of facts, written as page and as files."""
