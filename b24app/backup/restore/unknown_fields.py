"""What an object that is made again lacks: fields that no version of its settings holds, and its lost contents."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from b24app.backup.restore.plan import Action, Operation, RestoreChoice
from b24app.text.messages import N_, sentence

TITLE = N_("Part of the settings of")
CONTENT = N_("Values of")
UNKNOWN = N_(
    "Not known: %(fields)s. No copy of these settings was kept yet. The portal sets them by itself: look at them afterwards."
)


def unknown_of(fields: Mapping[str, str], choice: RestoreChoice, made: Operation) -> Iterator[Operation]:
    """The titled fields whose values are unknown, as a reason shown before the press."""
    known = choice.row or {}
    names = tuple(sentence(title) for name, title in fields.items() if known.get(name) is None)
    if made.writes and not choice.whole and names:
        yield replace(
            made, action=Action.CANNOT, title=TITLE, key=f"{made.key}:unknown", why=sentence(UNKNOWN, fields=names),
            pairs=(), method="", params={}, wants={}, expects={},
        )  # fmt: skip


def lost_with(made: Operation, what: str) -> Iterator[Operation]:
    """What was lost with an object and stays lost, shown before the press; it counts no object."""
    if made.writes and what:
        yield replace(
            made, action=Action.CANNOT, title=CONTENT, key=f"{made.key}:content", why=sentence(what),
            pairs=(), method="", params={}, wants={}, expects={}, objects=0,
        )  # fmt: skip
