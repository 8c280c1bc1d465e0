"""Do open lines have active operators?"""

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.channels.open_lines import OpenLine, OpenLines
from b24app.checklist.facts.plan.named_people import NamedPeople
from b24app.text.messages import N_


@check(
    title=N_("Somebody answers in every line"),
    why=N_("In a line with an empty queue a buyer waits for nobody."),
    remedy=N_("Add employees to the queue of the line."),
    area=Area.CHANNELS,
    place=N_("Contact Center → Open lines"),
)
def open_lines_staffed(open_lines: OpenLines, named_people: NamedPeople | None = None) -> Verdict:
    """Judge that active lines have a queue with at least one active employee."""
    lines = open_lines.active()
    empty = tuple(line.name for line in lines if not line.queue)
    left = tuple(line.name for line in lines if named_people and named_people.all_dismissed(line.queue))
    evidence = tuple(seen(line.name, N_("Dismissed in the queue: %(count)s"), count=count)
                     for line in lines if (count := _dismissed(line, named_people)))  # fmt: skip
    if empty:
        detail = N_("Only dismissed employees are in the queue: %(left)s") if left else None
        return warned(N_("Nobody is in the queue: %(names)s"), detail, evidence, names=empty, left=left)
    if left:
        return warned(N_("Only dismissed employees are in the queue: %(left)s"), None, evidence, left=left)
    if not lines:
        return not_used(N_("Open lines are not used"))
    return passed(N_("Every line has people in its queue"), None, evidence)


def _dismissed(line: OpenLine, people: NamedPeople | None) -> int:
    return sum(people.is_dismissed(one) for one in line.queue) if people else 0
