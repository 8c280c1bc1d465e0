"""Reading single fields of forms: dates and numbers as people and browsers write them."""

from datetime import date
from decimal import Decimal, InvalidOperation

from b24app.errors import BadInput
from b24app.license.typed import plain_number
from b24app.texts import N_


def plain_date(text: str) -> str:
    """2026-12-23 for 23.12.2026; anything else is left for the reader to judge."""
    if text.count(".") != 2:
        return text
    day, month, year = text.strip().split(".")
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}"


def read_date(text: str, field: str = "ends_on") -> date:
    """Read 2026-12-23 or 23.12.2026; raises BadInput for anything else."""
    try:
        return date.fromisoformat(plain_date(text.strip()))
    except ValueError:
        raise BadInput(N_("This is not a date: check the day and the month."), field) from None


def read_number(text: str, field: str) -> Decimal:
    """Read «13 990,50»; raises BadInput for anything else."""
    try:
        number = Decimal(plain_number(text))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput(N_("This is not a number."), field)
    return number
