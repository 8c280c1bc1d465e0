"""Facts about CRM pipelines, stages, fields and processes."""
