"""How soon a mass loss of each kind is reported: within minutes where the portal sends events of deletions, otherwise by night."""

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
"""The portal has no events for these."""


def watch_lines() -> Sequence[Sentence]:
    """The kinds that are reported within five minutes, and those by night; nothing before the first look."""
    known = last_count()
    if known is None:
        return ()
    told = frozenset(known[0].events)
    soon = tuple(sentence(title) for title, events in PARTS if events <= told)
    late = tuple(sentence(title) for title, events in PARTS if not events <= told)
    by_night = (*late, *(sentence(title) for title in BY_NIGHT))
    lines = [sentence(N_("in the night: %(what)s"), what=by_night)]
    return [sentence(N_("within five minutes: %(what)s"), what=soon), *lines] if soon else lines
