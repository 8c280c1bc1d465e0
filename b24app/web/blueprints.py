"""Every blueprint of the application, by the module that makes it; the list that create_app registers."""

from importlib import import_module

from flask import Flask

BLUEPRINTS = (
    "b24app.web.public",
    "b24app.web.health",
    "b24app.web.metrics",
    "b24app.web.events",
    "b24app.web.calls",
    "b24app.web.token_pages",
    "b24app.placements.views",
    "b24app.placements.wizard",
    "b24app.web.overview",
    "b24app.web.openings",
    "b24app.web.widget",
    "b24app.web.outside_pages",
    "b24app.web.confirming",
    "b24app.web.report",
    "b24app.checklist.views",
    "b24app.web.probes",
    "b24app.license.views",
    "b24app.renewal.views",
)


def register_blueprints(app: Flask) -> None:
    """Register the blueprints; rooms are named, not imported, so that web stays below them."""
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(name).blueprint)
