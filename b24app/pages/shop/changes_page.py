"""«For a year»: every change of the settings by month, who made it, and how to put it back."""

from datetime import date

from flask import Blueprint, render_template, request

from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.backup.restore.choosing import may_be_returned
from b24app.backup.settings_versions.listed_changes import (
    MOST_WORDS,
    ChangeFilter,
    YearOfChanges,
    find_change,
    read_year,
)
from b24app.backup.settings_versions.nightly import last_reading
from b24app.checklist.engine.fact import REASON_TEXTS
from b24app.checklist.engine.runs import last_activation
from b24app.comparison.compare import FieldChange
from b24app.comparison.stored_comparison import snapshot_moment
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.changes_view import (
    ADDRESS,
    PART_TITLES,
    bars_of,
    chips_of,
    days_followed,
    happened_words,
    lines_of,
    page_of_lines,
    people_of,
)
from b24app.pages.shop.compare_page import compared
from b24app.services import services
from b24app.web import framed, page
from b24app.web.filters import today, zone
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("changes", __name__)
blueprint.add_app_template_filter(happened_words)
FEW_NIGHTS = 3


def wanted_filter(year: YearOfChanges) -> tuple[ChangeFilter, int]:
    """The filter and the number of the page in the address; invalid values are left out."""
    given = request.args
    part, who = given.get("part", ""), given.get("who", "")
    number = given.get("page", "")
    known = {one for one, _, _ in year.people()}
    wanted = ChangeFilter(
        month=_month(given.get("month", "")),
        part=part if part in PART_TITLES else "",
        who=who if who in known else "",
        words=given.get("q", "").strip()[:MOST_WORDS],
    )
    return wanted, int(number) if number.isdecimal() and len(number) < len("10000") else 1


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@blueprint.get(ADDRESS)
@framed(admin=True, right=Right.CHANGES)
def show_changes(frame: Frame) -> str:
    """The changes of the last twelve months."""
    now = services().clock.now()
    year = read_year(now, zone())
    wanted, number = wanted_filter(year)
    activated = last_activation()
    months, paging = page_of_lines(year, wanted, number)
    comparison = compared()
    return page(
        "changes.html",
        frame,
        year=year,
        wanted=wanted,
        narrowed=wanted != ChangeFilter(),
        bars=bars_of(year, wanted, today(), activated.astimezone(zone()).date() if activated else None),
        chips=chips_of(year, wanted),
        people=people_of(year, wanted),
        months=months,
        paging=paging,
        days=days_followed(year.begun_at, now) if year.begun_at else 0,
        whole_year=year.begun_at is not None and len(year.bars(today())) == 12,
        to_return=comparison.to_restore if comparison else 0,
        to_write=sum(may_be_returned(one.change) for one in comparison.must_return) if comparison else 0,
        snapshot_at=snapshot_moment(),
        reading=last_reading(),
        left_out=left_out_words(),
        silent=year.unanswered,
        few=FEW_NIGHTS,
    )


@blueprint.get(f"{ADDRESS}/line/<int:change_id>")
@framed(admin=True, right=Right.CHANGES)
def show_change(frame: Frame, change_id: int) -> str:
    """One line; `?open=how` unfolds how to put it back with the very values."""
    now = services().clock.now()
    listed = find_change(change_id, now, zone())
    line = lines_of([listed.row], read_year(now, zone()).rows)[0]
    opened = request.args.get("open") == "how" and line.way == "how" and listed.change is not None
    former: tuple[FieldChange, ...] = ()
    if opened and listed.change is not None:
        declared = listed.change.kind.fields
        shown = {one.field: one for one in listed.change.fields}
        former = tuple(
            shown.get(name) or FieldChange(name, declared[name], value, "", ("", ""))
            for name, value in listed.former.items()
            if name in declared and value
        )
    return render_template(
        "changes/line.html", **frame_values(frame), line=line, opened=opened, former=former
    )


def left_out_words() -> tuple[tuple[str, str], ...]:
    """The kinds that the newest reading could not read, with the reason."""
    reading = last_reading()
    if reading is None or not reading.left_out:
        return ()
    titles = {one.code: one.title for one in entities_of(PortalShape(frozenset()), Tier.SETTINGS)}
    words = {
        (titles[code], REASON_TEXTS[reason]): None
        for code, reason in reading.left_out.items()
        if code in titles
    }
    return tuple(words)
