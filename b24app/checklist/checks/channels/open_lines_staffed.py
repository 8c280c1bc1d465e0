"""Does anybody answer in open lines?"""

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.channels.open_lines import OpenLines
from b24app.text.messages import N_


@check(
    title=N_("Somebody answers in every line"),
    why=N_("In a line with an empty queue a buyer waits for nobody."),
    remedy=N_("Add employees to the queue of the line."),
    area=Area.CHANNELS,
    place=N_("Contact Center → Open lines"),
)
def open_lines_staffed(open_lines: OpenLines) -> Verdict:
    """Judge that active lines have a queue."""
    empty = tuple(row.name for row in open_lines.active() if not row.queue)
    if empty:
        return warned(N_("Nobody is in the queue: %(names)s"), names=empty)
    if not open_lines.active():
        return not_used(N_("Open lines are not used"))
    return passed(N_("Every line has people in its queue"))
