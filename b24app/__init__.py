"""Renewal without downtime. Importing a part imports that part alone; `b24app.factory` puts them together."""
