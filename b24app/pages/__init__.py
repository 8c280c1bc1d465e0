"""Pages inside the portal: one module a page, one folder a tab."""
