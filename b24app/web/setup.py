"""Sets up the web edge of an application object, in one call."""

from flask import Flask

from b24app.settings import Settings
from b24app.web.access import htmx
from b24app.web.assets import stamp_assets
from b24app.web.error_pages import show_errors
from b24app.web.flood_limit import limit_refusals
from b24app.web.formats import register
from b24app.web.locale import set_up_languages
from b24app.web.metrics import measure
from b24app.web.own_host import OwnHost
from b24app.web.request_limits import limit_requests
from b24app.web.request_number import number_requests
from b24app.web.security_headers import protect
from b24app.web.sentry import report_errors


def set_up_web(app: Flask, settings: Settings) -> None:
    """Languages, assets, headers, errors and metrics."""
    report_errors(settings)
    number_requests(app)
    htmx.init_app(app)
    set_up_languages(app)
    register(app)
    stamp_assets(app)
    measure(app)
    limit_refusals(app, settings)
    limit_requests(app)
    app.wsgi_app = OwnHost(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    protect(app)
    show_errors(app)
