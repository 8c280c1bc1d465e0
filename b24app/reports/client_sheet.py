"""A report to a client as markup, in the client's language and with the integrator's head: the same on its page, in a preview and on paper."""

from flask import g, render_template
from flask_babel import force_locale
from markupsafe import Markup

from b24app.integrators.client_reports.signed_report import ShownReport


def draw_client_report(shown: ShownReport) -> Markup:
    """The sheet; texts, days and sums are those of its reader."""
    before = {name: g.get(name) for name in ("zone", "language")}
    g.zone, g.language = shown.content.zone, shown.content.language
    try:
        with force_locale(shown.content.language):
            text = render_template("client_report/sheet.html", report=shown.content, shown=shown)
    finally:
        for name, value in before.items():
            if value is None:
                g.pop(name)
            else:
                setattr(g, name, value)
    return Markup(text)  # noqa: S704 - our own escaped template
