"""How soon a mass loss of each kind is told: within minutes where the portal tells of deletions, otherwise by night."""

from collections.abc import Sequence

from b24app.backup.proofs.counted_portal import last_count
from b24app.backup.proofs.watched_events import (
    CRM_EVENTS,
    GOODS_EVENT,
    ORDER_EVENT,
    SETTING_EVENTS,
    TASK_EVENT,
)
from b24app.text.messages import N_, Sentence, sentence

PARTS = (
    (N_("records of CRM"), frozenset(CRM_EVENTS)),
    (N_("orders"), {ORDER_EVENT}),
    (N_("goods"), {GOODS_EVENT}),
    (N_("tasks"), {TASK_EVENT}),
    (N_("deleted fields and smart processes"), SETTING_EVENTS),
)
BY_NIGHT = (N_("pipelines"), N_("emptied fields"))
"""No event of the portal tells of these."""


def watch_lines() -> Sequence[Sentence]:
    """What is told within five minutes and what by night; nothing before the first look."""
    known = last_count()
    if known is None:
        return ()
    told = frozenset(known[0].events)
    soon = tuple(sentence(title) for title, events in PARTS if events <= told)
    late = tuple(sentence(title) for title, events in PARTS if not events <= told)
    by_night = (*late, *(sentence(title) for title in BY_NIGHT))
    lines = [sentence(N_("in the night: %(what)s"), what=by_night)]
    return [sentence(N_("within five minutes: %(what)s"), what=soon), *lines] if soon else lines
