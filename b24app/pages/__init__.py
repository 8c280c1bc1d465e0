"""Pages inside the portal: one module a page, one folder a tab; a page is found by its folder, no list has to be kept."""

from flask import Blueprint, Flask

from b24app.discovery import import_all
from b24app.web import health, metrics

ROOMS = (__name__, "b24app.public")


def register_pages(app: Flask) -> None:
    """Register the blueprints of the pages inside and outside the portal, of health and of metrics."""
    for module in (health, metrics):
        app.register_blueprint(module.blueprint)
    for room in ROOMS:
        for page in import_all(room):
            if isinstance(found := vars(page).get("blueprint"), Blueprint):
                app.register_blueprint(found)
