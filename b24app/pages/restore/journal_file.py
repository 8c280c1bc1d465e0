"""The journal of a restore as a table: when, what, what came of it, why."""

from collections.abc import Iterator

from flask_babel import gettext

from b24app.backup.restore.model import RestoreLineState
from b24app.pages.restore.restore_view import JournalLine, RestoreView
from b24app.text.messages import N_
from b24app.text.table_writing import Cell, write_table
from b24app.web.filters import words, zone
from b24app.web.tables import table_look

OUTCOMES = {
    RestoreLineState.WAITING: N_("not written yet"),
    RestoreLineState.SENT: N_("sent, no answer yet"),
    RestoreLineState.CREATED: N_("created"),
    RestoreLineState.CHANGED: N_("changed"),
    RestoreLineState.SAME: N_("was so already"),
    RestoreLineState.UNTOUCHED: N_("left as it is"),
    RestoreLineState.REFUSED: N_("refused by the portal"),
}
REMOVED = N_("deleted")
HEADS = (N_("Kind"), N_("Name"), N_("Result"), N_("Why"), N_("The portal's words"), N_("By"))


def write_journal(view: RestoreView) -> bytes:
    """The journal in the visitor's language, its moments by his clock, whose zone is in the name of their column."""
    heads = (gettext(N_("When")), *map(gettext, HEADS))
    zoned = (f"{heads[0]} ({zone()})", *heads[1:])
    return write_table(zoned, _rows(view), table_look())


def _rows(view: RestoreView) -> Iterator[tuple[Cell, ...]]:
    for one in view.journal:
        line = one.line
        title = gettext(one.operation.title) if one.operation and one.operation.title else line.kind
        yield (
            line.at,
            title,
            line.name,
            outcome(one),
            words(line.why),
            line.words or "",
            view.row.asked_by_name,
        )


def outcome(one: JournalLine) -> str:
    """The result of a line."""
    if one.is_removal and one.line.state == RestoreLineState.CHANGED:
        return gettext(REMOVED)
    return gettext(OUTCOMES[RestoreLineState(one.line.state)])
