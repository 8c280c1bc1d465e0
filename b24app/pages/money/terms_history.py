"""What the history of a term keeps as plain JSON, in words for people."""

from datetime import date
from decimal import Decimal

from flask_babel import gettext

from b24app.stored_values import read_kept
from b24app.terms.model import PlainValue
from b24app.terms.term import PAYS_BY
from b24app.text.formats import day_long, number
from b24app.text.messages import N_

DAYS = {"ends_on", "pending_since"}
TITLES = PAYS_BY | {"unknown": N_("not known")}


def say_kept(name: str, value: PlainValue) -> str:
    """One kept value of a field; nothing for a value that was empty."""
    if value is None or value == "":
        return ""
    if name in DAYS and (on := read_kept(date, value)):
        return day_long(on)
    if name == "price" and (price := read_kept(Decimal, value)) is not None:
        return number(price)
    if name == "autopay":
        return gettext("on") if value else gettext("off")
    return gettext(TITLES[str(value)]) if name == "pays_by" and str(value) in TITLES else str(value)
