"""The text below a date field: the weekday and the distance of what is typed, and the doubts about it."""

from datetime import date

from flask import Blueprint, render_template, request

from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.money.term_rows import asked_day
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, list_paid_terms
from b24app.terms.term import CsvLine
from b24app.terms.typed_days import DayUse, doubts_about, repaired_day, use_of_kind
from b24app.text.messages import Sentence
from b24app.web import framed
from b24app.web.doubted_days import known_of_day
from b24app.web.filters import day_read_back, today

blueprint = Blueprint("typed_day_page", __name__)

LONGEST_ID = 11


@blueprint.get("/typed-day")
@framed(admin=True, right=Right.TERMS)
def say_day(frame: Frame) -> str:  # noqa: ARG001 - the frame is the permission
    """The text below a date field; `field` names the value that was typed, `use` what it is: a term by its kind."""
    row = request.args.get("row", "")
    if row:
        return _say_in_row(int(row) if row.isdecimal() and len(row) < LONGEST_ID else 0)
    use = request.args.get("use", "")
    meant = DayUse(use) if use in set(DayUse) else use_of_kind(request.args.get("kind", ""))
    field = request.args.get("field", "")
    day, distance = day_read_back(request.args.get(field, ""))
    known = known_of_day(_before(meant))
    return render_template(
        "ui/typed_day.html",
        day=day,
        distance=distance,
        doubts=doubts_about(day, meant, known) if day else (),
        field=field,
        repaired=repaired_day(day, meant, known) if day else None,
    )


def _say_in_row(term_id: int) -> str:
    """The text in a row of the table while its date is typed: weekday and distance, and what it can do with an unlikely day."""
    term = next((one for one in list_paid_terms() if one.id == term_id), None)
    bought = term is not None and term.pending_since is not None
    use = DayUse.NEXT if bought else use_of_kind(term.kind if term else request.args.get("kind", ""))
    day, distance = day_read_back(request.args.get("ends_on", ""))
    asked = asked_day(day, use, term.ends_on if term else None) if day else None
    return render_template("money/typed.html", day=day, distance=distance, term_id=term_id, asked=asked)


@blueprint.app_template_filter("doubts_of_line")
def doubts_of_line(line: CsvLine) -> tuple[Sentence, ...]:
    """The doubts about the day in a row of a table that is about to be read in."""
    if line.draft is None or line.draft.ends_on is None:
        return ()
    before = line.term.ends_on if line.term else None
    return doubts_about(line.draft.ends_on, use_of_kind(line.draft.kind), known_of_day(before))


def _before(use: DayUse) -> date | None:
    """The end as it is written now, of the kinds that exist once."""
    if use is DayUse.SUBSCRIPTION:
        term = find_paid_term("marketplace")
        return term.ends_on if term else None
    if use in (DayUse.MAIN, DayUse.NEXT):
        situation = main_situation(services().clock.now(), today())
        return situation.term.ends_on if situation else None
    return None
