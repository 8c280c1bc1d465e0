"""Pages inside the portal: one module a page, one folder a part of the application; found by their folders."""

from flask import Blueprint, Flask

from b24app.discovery import import_all
from b24app.web.health import health
from b24app.web.monitoring import metrics

ROOMS = (__name__, "b24app.public")


def register_pages(app: Flask) -> None:
    """Register the blueprints that the modules of pages define, inside and outside the portal, of health and of metrics."""
    for blueprint in (health, metrics):
        app.register_blueprint(blueprint)
    for room in ROOMS:
        for page in import_all(room):
            for found in vars(page).values():
                if isinstance(found, Blueprint) and found.import_name == page.__name__:
                    app.register_blueprint(found)
