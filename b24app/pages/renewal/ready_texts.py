"""Texts that are ready to be sent: a letter to the partner, a message to support, a task for a colleague."""

from urllib.parse import quote

from flask_babel import gettext

from b24app.renewal.case import Situation
from b24app.renewal.opened_steps import OrderPlace
from b24app.renewal.renewal_stages import Stage, day_of
from b24app.terms.profile import get_profile
from b24app.text.formats import day_long
from b24app.web.filters import day, words


def order_letter(s: Situation, place: OrderPlace, portal: str) -> str:
    """The address of a letter to the partner with its text ready; empty where an invoice is asked for otherwise."""
    if not place.email:
        return ""
    name = get_profile().portal_name or portal
    subject = gettext("Invoice for the renewal of Bitrix24: %(portal)s", portal=name)
    text = "\r\n".join(partner_lines(s, portal))
    return f"mailto:{quote(place.email, safe='@')}?subject={quote(subject)}&body={quote(text)}"


def partner_lines(s: Situation, portal: str) -> tuple[str, ...]:
    """The text that the partner needs to issue an invoice."""
    by = s.plan.order_by if s.plan else None
    lines = (
        gettext("Hello!"),
        gettext("Please issue an invoice for the renewal of the Bitrix24 portal %(portal)s.", portal=portal),
        gettext("Plan: %(plan)s.", plan=words(s.plan_name)) if s.plan_name else "",
        gettext("The paid term ends on %(day)s.", day=day_long(s.term.ends_on)) if s.term.ends_on else "",
        gettext("We need the invoice by %(day)s.", day=day(by)) if by and by >= s.today else "",
    )
    return tuple(filter(None, lines))


def support_text(s: Situation, portal: str) -> str:
    """What support needs to look into an activation that does not come."""
    paid = day_of(s.marks, Stage.PAID)
    number = s.case.invoice_number if s.case else ""
    lines = (
        gettext("Portal: %(portal)s.", portal=portal),
        gettext("Plan: %(plan)s.", plan=words(s.plan_name)) if s.plan_name else "",
        gettext("Paid on %(day)s.", day=day_long(paid)) if paid else "",
        gettext("Invoice: %(number)s.", number=number) if number else "",
        gettext("“My plan” still shows %(day)s.", day=day_long(s.term.ends_on)) if s.term.ends_on else "",
        gettext("Please tell when the plan will be renewed."),
    )
    return "\n".join(filter(None, lines))


def task_text(s: Situation, code: str, portal: str) -> str:
    """The text of a task for a colleague."""
    titles = {
        "invoice": gettext("Order the invoice for the renewal of Bitrix24."),
        "payment": gettext("Pay for the renewal of Bitrix24."),
        "activation": gettext("See that the plan of Bitrix24 is activated."),
        "verified": gettext("Put away the closing documents of the renewal of Bitrix24."),
    }
    number = s.case.invoice_number if s.case else ""
    lines = (
        titles.get(code, ""),
        gettext("Portal: %(portal)s.", portal=portal),
        gettext("The paid term ends on %(day)s.", day=day_long(s.term.ends_on)) if s.term.ends_on else "",
        gettext("Invoice: %(number)s.", number=number) if number else "",
    )
    return "\n".join(filter(None, lines))
