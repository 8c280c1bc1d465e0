"""The overview as a frozen record: everything that the first page draws, read from what is stored."""

from dataclasses import dataclass
from datetime import date, datetime

from b24app.reminders.kinds import Planned
from b24app.reminders.schedule import nearest_reminders
from b24app.renewal.case import Situation
from b24app.renewal.headline import Headline, write_headline
from b24app.renewal.next_step import NextStep, next_step
from b24app.renewal.progress_steps import ProgressStep, draw_steps
from b24app.renewal.renewal_stages import Delay
from b24app.renewal.renewal_state import situation_of
from b24app.renewal.step_openings import list_openings
from b24app.terms.date_suggestions import OpenSuggestion, list_suggestions
from b24app.terms.stored_terms import UsageView, timeline_view, usage_view
from b24app.terms.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page draws; `answer` and the rest are None until a main term is written down."""

    situation: Situation | None
    answer: Headline | None
    step: NextStep | None
    steps: tuple[ProgressStep, ...]
    timeline: Timeline
    usage: UsageView
    reminders: tuple[Planned, ...]
    suggestions: tuple[OpenSuggestion, ...]
    delays: tuple[Delay, ...]


def overview_view(now: datetime, today: date) -> Overview:
    """Read the whole overview from what is stored; asks no portal."""
    timeline = timeline_view(now, today)
    situation = situation_of(timeline.main, now, today) if timeline.main else None
    return Overview(
        situation=situation,
        answer=write_headline(situation) if situation else None,
        step=next_step(situation, list_openings(situation.term)) if situation else None,
        steps=draw_steps(situation) if situation else (),
        timeline=timeline,
        usage=usage_view(today),
        reminders=nearest_reminders(timeline, now, today),
        suggestions=list_suggestions(),
        delays=situation.delays if situation else (),
    )
