"""Lets the checks of the newest run say what came since: a probe, a walk over the disk, an event."""

from b24app.checklist.check import load_checks
from b24app.checklist.disk_use import read_disk_use
from b24app.checklist.echoes import read_echoes
from b24app.checklist.fact import Facts
from b24app.checklist.judge import judge
from b24app.checklist.model import Run
from b24app.checklist.probes.known import read_probes
from b24app.checklist.runs import facts_of_run, latest_run, portal_and_its_time, store_facts, store_verdicts


def tell_checks() -> Run | None:
    """Judge the checks that stand on them again and return their run; without a finished one nothing changes."""
    run = latest_run(finished=True)
    if run is None:
        return None
    portal, now = portal_and_its_time()
    told = Facts(
        {
            "probes": read_probes(),
            "disk_use": read_disk_use(portal.plan_code),
            "event_echoes": read_echoes(),
        }
    )
    store_facts(run.id, told)
    codes = [code for code, spec in load_checks().items() if set(told.values) & set(spec.facts)]
    store_verdicts(run.id, judge(facts_of_run(run.id).joined(told), now, codes=codes))
    return run
