"""Pages of the renewal: one blueprint, one module a page."""

from flask import Blueprint

blueprint = Blueprint("renewal", __name__)

from b24app.renewal.views import calendar, case, documents, errors, guide, late, reach, reminders, settings  # noqa: E402, F401 - pages register themselves
