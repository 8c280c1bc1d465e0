"""The addresses of earlier releases: a page that is still open, a bookmark, a link in a letter are led to the new places."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from b24app.web.access import public

blueprint = Blueprint("old_addresses", __name__)

KEEPS_THE_METHOD = 308
MOVED = {
    "overview": "renewal",
    "guide": "renewal/guide",
    "checklist/probes": "shop/test-writes",
    "checklist": "shop",
    "after": "shop/compare",
    "report/links": "shop/report/links",
    "terms": "money/terms",
    "plan": "money/plan",
    "documents": "money/documents",
    "rules": "money/rules",
    "reminders": "settings/reminders",
}
"""The present place of each room of the first releases, with everything below it."""
MOVED_ALONE = {
    "errors": "settings/errors",
    "report": "shop/report",
    "report.pdf": "shop/report.pdf",
    "report.xlsx": "shop/report.xlsx",
    "report.json": "shop/report.json",
}
"""The same for single pages: the addresses below them are pages outside the portal, which have not moved."""

COURSE = "renewal?open=invoice"
DISSOLVED = {
    ("GET", "case"): COURSE,
    ("GET", "renewal/case"): COURSE,
    ("POST", "case"): "renewal/stage/invoice/order",
    ("POST", "renewal/case"): "renewal/stage/invoice/order",
    ("POST", "case/mark"): "renewal/mark",
    ("POST", "renewal/case/mark"): "renewal/mark",
    ("POST", "case/unmark"): "renewal/unmark",
    ("POST", "renewal/case/unmark"): "renewal/unmark",
    ("POST", "case/give-up"): "renewal/give-up",
    ("POST", "renewal/case/give-up"): "renewal/give-up",
    ("POST", "case/take-up"): "renewal/take-up",
    ("POST", "renewal/case/take-up"): "renewal/take-up",
    ("GET", "calendar"): "renewal#days",
    ("GET", "renewal/days"): "renewal#days",
    ("POST", "calendar"): "renewal/days",
    ("GET", "late"): "renewal#recovery",
    ("GET", "renewal/late"): "renewal#recovery",
    ("POST", "late/count"): "renewal/late/count",
}
"""Pages that were dissolved into the tab of the renewal, by method: its stages, its days, its recovery."""


@public
def lead(place: str, rest: str = "") -> ResponseReturnValue:
    """Redirect the request as it is, with its method, its form and its query."""
    asked = request.query_string.decode()
    place, at, part = place.partition("#")
    mark = "&" if "?" in place else "?"
    return redirect(f"/{place}{rest and '/'}{rest}{asked and mark}{asked}{at}{part}", KEEPS_THE_METHOD)


def _register() -> None:
    for old, new in {**MOVED, **MOVED_ALONE}.items():
        code = old.replace("/", "_").replace(".", "_")
        blueprint.add_url_rule(f"/{old}", code, lead, defaults={"place": new}, methods=["GET", "POST"])
    for (method, old), new in DISSOLVED.items():
        code = f"{method}_{old}".replace("/", "_").lower()
        blueprint.add_url_rule(f"/{old}", code, lead, defaults={"place": new}, methods=[method])
    for old, new in MOVED.items():
        code = f"{old.replace('/', '_')}_below"
        methods = ["POST"] if old == "report/links" else ["GET", "POST"]
        blueprint.add_url_rule(f"/{old}/<path:rest>", code, lead, defaults={"place": new}, methods=methods)


_register()
