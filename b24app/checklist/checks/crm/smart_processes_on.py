"""Do smart processes work as before?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, Baseline, check, gone, missing
from b24app.checklist.engine.verdict import Sentence, Verdict, failed, not_used, passed, sentence, warned
from b24app.checklist.facts.crm.smart_processes import PARTS, SmartProcess, SmartProcesses
from b24app.text.messages import N_


@check(
    title=N_("Smart processes work"),
    why=N_("Smart processes depend on the plan: on a smaller one they stop being created and edited."),
    remedy=N_("Check whether the plan includes smart processes, then switch their parts on again."),
    area=Area.CRM,
    place=N_("CRM → Settings → Smart processes"),
)
def smart_processes_on(smart_processes: SmartProcesses, baseline: Baseline) -> Verdict:
    """Judge that no smart process is lost and that what was switched on in it is on."""
    now = smart_processes.by_type()
    before = baseline.of(SmartProcesses)
    was = before.by_type() if before else {}
    lost = tuple(row.title for row in gone(was, now))
    if lost:
        return failed(N_("Smart processes are gone: %(names)s"), names=lost)
    off = _switched_off(was, now)
    if off:
        return warned(N_("Switched off: %(names)s"), names=off)
    if not now:
        return not_used(N_("There are no smart processes"))
    return passed(N_("Smart processes: %(names)s"), names=tuple(row.title for row in now.values()))


def _switched_off(was: Mapping[str, SmartProcess], now: Mapping[str, SmartProcess]) -> tuple[Sentence, ...]:
    """Each part that was on and is off, with the smart process that it belongs to."""
    return tuple(
        sentence(
            N_("%(part)s in “%(name)s”"), part=sentence(PARTS.get(part, N_("A setting"))), name=row.title
        )
        for key, row in now.items()
        for part in missing(was[key].enabled if key in was else (), row.enabled)
    )
