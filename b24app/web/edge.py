"""Everything the web edge adds to an application object, in one call."""

from flask import Flask
from flask_htmx import HTMX

from b24app.settings import Settings
from b24app.web.assets import stamp_assets
from b24app.web.blueprints import register_blueprints
from b24app.web.errors import show_errors
from b24app.web.inputs import judge_inputs
from b24app.web.languages import speak
from b24app.web.metrics import measure
from b24app.web.numbers import number_requests
from b24app.web.own_host import OwnHost
from b24app.web.reports import report_errors
from b24app.web.security import protect
from b24app.web.strangers import count_refusals
from b24app.web.wording import register


def build_edge(app: Flask, settings: Settings) -> None:
    """Languages, assets, headers, errors, metrics and every page."""
    report_errors(settings)
    number_requests(app)
    HTMX(app)
    speak(app)
    register(app)
    stamp_assets(app)
    measure(app)
    count_refusals(app, settings)
    judge_inputs(app)
    app.wsgi_app = OwnHost(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    protect(app)
    show_errors(app)
    register_blueprints(app)
