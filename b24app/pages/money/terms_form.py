"""The form of a paid term: what a person typed, read into a Draft or refused by name of the field."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ValidationError
from werkzeug.datastructures import MultiDict

from b24app.errors import BadInput
from b24app.input_limits import plain_number
from b24app.terms.term import TermDraft
from b24app.text.messages import N_
from b24app.web.form_fields import plain_date

WRONG = {
    "ends_on": N_("This is not a date: check the day and the month."),
    "price": N_("This is not a sum of money."),
    "period_months": N_("The period is a whole number of months."),
}


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _sum(value: object) -> object:
    return _blank_is_none(plain_number(value) if isinstance(value, str) else value)


def _date(value: object) -> object:
    return _blank_is_none(plain_date(value) if isinstance(value, str) else value)


class TermForm(BaseModel):
    """Fields of the form as a browser sends them."""

    kind: str = "other"
    title: str = ""
    ends_on: Annotated[date | None, BeforeValidator(_date)] = None
    price: Annotated[Decimal | None, BeforeValidator(_sum)] = None
    currency: str = ""
    period_months: Annotated[int | None, BeforeValidator(_blank_is_none)] = None
    autopay: Annotated[bool | None, BeforeValidator(_blank_is_none)] = None
    pays_by: str = "unknown"
    owner_id: Annotated[int | None, BeforeValidator(_blank_is_none)] = None
    owner_name: str = ""
    note: str = ""

    def draft(self) -> TermDraft:
        """The same as the licence room knows it."""
        return TermDraft(**self.model_dump() | {"currency": self.currency.strip().upper()})


def read_term(form: MultiDict[str, str]) -> TermDraft:
    """Read a term from a form; raises BadInput naming the field."""
    try:
        return TermForm.model_validate(form.to_dict()).draft()
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput(WRONG.get(field, BadInput.public), field) from None
