"""The form of an opening, as the portal's page posts it or as our own waiting page sends it again, sealed.

A page that has to try again cannot reload itself without the browser asking about the form, and the form holds tokens:
so it carries the form sealed and posts that to the same address.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import InvalidToken
from flask import g, request
from pydantic import BaseModel, ConfigDict, Field

from b24app.database import Sealed
from b24app.json_values import is_object

FIELD = "opening"
MOST_FORM = 16_384  # a portal's form is about two thousand letters
WAITS = (3, 5, 10, 20, 30)  # seconds before the first, the second … next attempt


class SealedForm(BaseModel):
    """The fields of an opening and how often they were sent again."""

    model_config = ConfigDict(frozen=True)

    fields: dict[str, str] = Field(repr=False)
    tries: int = 0


def opening_form() -> Mapping[str, str]:
    """The fields of this opening; of a sealed form that is not ours nothing, which verification refuses."""
    return _form().fields


def wait_seconds() -> int:
    """After how many seconds the waiting page sends the opening again: each time later."""
    return WAITS[min(_form().tries, len(WAITS) - 1)]


def seal_opening() -> str:
    """The form of this opening for the waiting page; empty when it is too long to be one."""
    text = SealedForm(fields=dict(_form().fields), tries=_form().tries + 1).model_dump_json()
    return Sealed.ring().encrypt(text.encode()).decode() if len(text) <= MOST_FORM else ""


def _form() -> SealedForm:
    if "opening_form" not in g:
        sealed = request.form.get(FIELD)
        g.opening_form = _unseal(sealed) if sealed else SealedForm(fields=request.form.to_dict())
    found: SealedForm = g.opening_form
    return found


def _unseal(sealed: str) -> SealedForm:
    try:
        body = json.loads(Sealed.ring().decrypt(sealed.encode()))
        return SealedForm.model_validate(body if is_object(body) else {})
    except (InvalidToken, ValueError):
        return SealedForm(fields={})
