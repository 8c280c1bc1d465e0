"""Pages of the licence: paid terms, plan and budget."""

from flask import Blueprint

blueprint = Blueprint("license", __name__)

from b24app.license.views import budget_book, exchange, plan, rules, terms  # noqa: E402, F401 - pages register themselves
