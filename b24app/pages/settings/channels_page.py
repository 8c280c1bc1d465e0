"""«Channels and reminders»: whom we remind and when in one sentence, how, by which schedule, and what became of it."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.renewal.reach_panel import reach_values
from b24app.pages.settings.channel_rows import row_values
from b24app.pages.settings.gear_places import draw_place
from b24app.pages.settings.undo import restores, undo_url
from b24app.reminders.channels import load_channels
from b24app.reminders.kinds import Planned, load_kinds
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.portal_schedule import channels_reaching, plan_timeline
from b24app.reminders.recipients import people_of
from b24app.reminders.reminder_settings import (
    Digest,
    get_digest,
    get_schedule,
    list_channels,
    set_schedule,
)
from b24app.renewal.renewal_stages import ROLE_TITLES, Holder, Role
from b24app.renewal.situation_reading import list_roles
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import Timeline
from b24app.text.messages import N_, Sentence, sentence
from b24app.web import framed, toast
from b24app.web.filters import today

blueprint = Blueprint("channels_page", __name__)

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
NOTHING_AHEAD = N_("Nothing to remind about: no dates, or everything is paid.")
NEXT = N_("The next reminder is on %(day)s: %(people)s (%(channels)s).")
NOBODY_AHEAD = N_("The next reminder is on %(day)s and reaches nobody: name people or switch a channel on.")
MOST_AHEAD = 12


def draw_channels(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    now = services().clock.now()
    timeline, settings = timeline_view(now, today()), list_channels()
    planned = coming(timeline, now)
    return draw_place(
        "channels",
        frame,
        summary=summarise(planned),
        schedule=get_schedule(),
        digest=get_digest(),
        settings=settings,
        channels=load_channels(),
        planned=planned[:MOST_AHEAD],
        names=timeline.names,
        undated=timeline.main is None or timeline.main.term.ends_on is None,
        deliveries=list_deliveries(50),
        kinds=load_kinds(),
        roles=ROLE_TITLES,
        people=_people_by_role(),
        weekdays=WEEKDAYS,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
        **row_values(settings),
        **{name: value for name, value in reach_values().items() if name != "reach"},
    )


@blueprint.get("/settings/reminders")
@framed(admin=True)
def show_channels(frame: Frame) -> str:
    """Everything about reminders, from what is stored."""
    return draw_channels(frame)


@blueprint.post("/settings/reminders/schedule")
@framed(admin=True, redraw=draw_channels)
def change_schedule(frame: Frame) -> str:
    """Keep when to remind."""
    before = _schedule_fields()
    keep_schedule(request.form)
    toast(N_("Saved"), undo=undo_url("schedule", before))
    return draw_channels(frame)


@restores("schedule", reads=lambda _values: _schedule_fields())
def restore_schedule(frame: Frame, values: Mapping[str, str]) -> str:
    """The schedule of before."""
    keep_schedule(values)
    return draw_channels(frame)


def keep_schedule(form: Mapping[str, str]) -> None:
    """Read a form of the schedule and keep it; raises BadInput by field."""
    weekday = read_small(form.get("digest_weekday", ""), "digest_weekday")
    set_schedule(
        read_days(form.get("days_before", "")),
        daily_in_grace=form.get("daily_in_grace") == "yes",
        quiet_from=read_small(form.get("quiet_from", ""), "quiet_from"),
        quiet_to=read_small(form.get("quiet_to", ""), "quiet_to"),
        digest=Digest(form.get("digest_on") == "yes", weekday),
    )


def _people_by_role() -> dict[Role, Holder]:
    """Who is reminded in each role, also the deputy for one that nobody holds."""
    roles = list_roles()
    found = ((role, people_of((role,), roles)) for role in ROLE_TITLES)
    return {role: people[0] for role, people in found if people}


def _schedule_fields() -> dict[str, str]:
    schedule, digest = get_schedule(), get_digest()
    return {
        "days_before": ", ".join(map(str, schedule.days_before)),
        "daily_in_grace": "yes" if schedule.daily_in_grace else "no",
        "quiet_from": str(schedule.quiet_from),
        "quiet_to": str(schedule.quiet_to),
        "digest_on": "yes" if digest.on else "no",
        "digest_weekday": str(digest.weekday),
    }


def summarise(planned: list[Planned]) -> Sentence:
    """Whom we remind next, when, and by what, in one sentence."""
    if not planned:
        return sentence(NOTHING_AHEAD)
    first = planned[0]
    channels = channels_reaching((first,))[first.key]
    people = tuple(one.name for one in people_of(first.roles, list_roles()) if one.name)
    if not channels or not people:
        return sentence(NOBODY_AHEAD, day=first.on)
    return sentence(NEXT, day=first.on, people=people, channels=tuple(sentence(one) for one in channels))


def read_days(text: str) -> list[int]:
    """Read «30, 14, 7»; raises BadInput for anything that is not whole numbers."""
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        raise BadInput(N_("Write the days as whole numbers with commas: 30, 14, 7."), "days_before")
    return [int(part) for part in parts]


def read_small(text: str, field: str) -> int:
    """Read a small whole number; raises BadInput naming the field."""
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise BadInput(N_("This is not a number."), field)
    return int(text)


def coming(timeline: Timeline, now: datetime) -> list[Planned]:
    """The next reminders over all terms, the nearest first."""
    return [item for item in plan_timeline(timeline, now, today()) if item.on >= today()]
