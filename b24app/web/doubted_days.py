"""Days that people type: read back while they type, and asked back where they are unlikely; nothing typed is lost.

A form that holds an unlikely day is answered by the same form with the question; one button corrects its year, another keeps it.
"""

from datetime import date

from flask import g, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.renewal.situation_reading import answers_as_paid
from b24app.services import services
from b24app.terms.term import INTEGRATOR
from b24app.terms.typed_days import DayUse, KnownOfDay, doubts_about, repaired_day
from b24app.text.messages import N_
from b24app.web.filters import DoubtedDay, today

ASK = N_("Please look at this date once more.")
SURE = "sure_"


def known_of_day(before: date | None = None) -> KnownOfDay:
    """What the doubts about a day typed in this portal depend on."""
    return KnownOfDay(today(), before, answers=answers_as_paid(services().clock.now()))


def accept_day(day: date | None, use: DayUse, field: str = "ends_on", *, before: date | None = None) -> None:
    """Let a likely day pass; an unlikely one is asked back by BadInput until a person confirms this very day."""
    if day is None or request.form.get(SURE + field) == day.isoformat():
        return
    known = known_of_day(before)
    if doubts := doubts_about(day, use, known):
        g.doubted_day = DoubtedDay(field, day, doubts, repaired_day(day, use, known))
        raise BadInput(ASK, field)


def day_source(frame: Frame) -> str:
    """The source of a day: one of the portal's people, or an integrator, whose date neither confirms it nor means a renewal."""
    return INTEGRATOR if frame.client is not None else "person"
