"""Judges the newest run again after something was learned: a date, an answer, a test write, an event."""

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.own_facts_reading import own_facts
from b24app.checklist.engine.runs import (
    facts_of_run,
    latest_run,
    portal_and_its_time,
    store_facts,
    store_verdicts,
)
from b24app.checklist.model import Run

CHANGING = {"terms", "register", "last_backup", "probes", "disk_use", "event_echoes"}
"""Facts of our own that change between two runs; their checks need no newer word of the portal."""


def rejudge() -> Run | None:
    """Judge the checks that stand on them again and return their run; without a finished one nothing changes."""
    run = latest_run(finished=True)
    if run is None:
        return None
    portal, now = portal_and_its_time()
    told = Facts({name: value for name, value in own_facts(portal.plan_code).items() if name in CHANGING})
    store_facts(run.id, told)
    codes = [code for code, spec in load_checks().items() if CHANGING & {*spec.facts, *spec.optional}]
    store_verdicts(run.id, judge(facts_of_run(run.id).joined(told), now, codes=codes))
    return run
