"""The readiness report: one set of facts, written as page, PDF, workbook and JSON."""
