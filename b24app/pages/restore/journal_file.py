"""The journal of a restore as a table: when, what, what came of it, why."""

import csv
import io

from flask_babel import gettext

from b24app.backup.restore.model import RestoreLineState
from b24app.input_limits import plain_cell
from b24app.pages.restore.restore_view import JournalLine, RestoreView
from b24app.text.messages import N_
from b24app.web.filters import words, zone

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


def journal_csv(view: RestoreView) -> str:
    """Rows divided by semicolons, as spreadsheets of the region expect; a value never begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    heads = (N_("When"), N_("Kind"), N_("Name"), N_("Result"), N_("Why"), N_("The portal's words"), N_("By"))
    writer.writerow([gettext(one) for one in heads])
    for one in view.journal:
        line = one.line
        at = line.at.astimezone(zone()).strftime("%d.%m.%Y %H:%M:%S %Z") if line.at else ""
        title = gettext(one.operation.title) if one.operation and one.operation.title else line.kind
        row = (at, title, line.name, outcome(one), words(line.why), line.words or "", view.row.asked_by_name)
        writer.writerow([plain_cell(value) for value in row])
    return out.getvalue()


def outcome(one: JournalLine) -> str:
    """What came of a line."""
    if one.is_removal and one.line.state == RestoreLineState.CHANGED:
        return gettext(REMOVED)
    return gettext(OUTCOMES[RestoreLineState(one.line.state)])
