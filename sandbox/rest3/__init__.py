"""REST 3.0 of a sandbox portal: /rest/api/… (api-reference/rest-v3.md)."""
