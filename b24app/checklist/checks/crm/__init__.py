"""Checks of CRM pipelines, stages, fields and processes."""
