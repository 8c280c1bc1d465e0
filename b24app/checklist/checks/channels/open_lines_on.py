"""Do open lines work?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.channels.open_lines import OpenLines
from b24app.text.messages import N_


@check(
    title=N_("Open lines are on"),
    why=N_("Messages to a switched-off line reach nobody. Plans differ in the number of lines."),
    remedy=N_("Switch the line on; if the portal refuses, look at the number of lines of the plan."),
    area=Area.CHANNELS,
    place=N_("Contact Center → Open lines"),
)
def open_lines_on(open_lines: OpenLines, baseline: Baseline) -> Verdict:
    """Judge that lines that were active are active."""
    now = {row.id: row.name for row in open_lines.active()}
    before = baseline.of(OpenLines)
    lost = gone({row.id: row.name for row in before.active()} if before else None, now)
    if lost:
        return failed(N_("Lines are switched off or gone: %(names)s"), names=lost)
    if not now:
        return not_used(N_("Open lines are not used"))
    return passed(N_("Working lines: %(names)s"), names=tuple(now.values()))
