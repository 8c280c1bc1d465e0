"""Are the business processes there?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, warned
from b24app.checklist.facts.crm.process_templates import ProcessTemplate, ProcessTemplates
from b24app.text.messages import N_


@check(
    title=N_("Business processes are in place"),
    why=N_(
        "What a lost process did by itself is done by nobody. On small plans processes do not start at all."
    ),
    remedy=N_("Import the template again or switch its automatic start on."),
    area=Area.CRM,
    place=N_("CRM → Settings → Business processes"),
)
def processes_present(process_templates: ProcessTemplates, baseline: Baseline) -> Verdict:
    """Judge that no template is lost, that each starts as it did, and that what it does was not edited."""
    now = {row.id: row for row in process_templates.rows}
    before = baseline.of(ProcessTemplates)
    was = {row.id: row for row in before.rows} if before else {}
    lost = tuple(row.name for row in gone(was, now))
    if lost:
        return failed(N_("Business processes are gone: %(names)s"), names=lost)
    both = [(was[key], row) for key, row in now.items() if key in was]
    changed = tuple(row.name for then, row in both if then.auto_execute != row.auto_execute)
    if changed:
        return warned(N_("They start in another way: %(names)s"), names=changed)
    edited = tuple(row.name for then, row in both if is_edited(then, row))
    if edited:
        return warned(
            N_("Edited since the snapshot: %(names)s"),
            N_(
                "Open each and look whether its steps are there: the portal tells when it was edited, not what"
            ),
            names=edited,
        )
    if not now:
        return not_used(N_("There are no business processes"))
    return passed(N_("Templates: %(count)s"), count=process_templates.total or len(now))


def is_edited(was: ProcessTemplate, now: ProcessTemplate) -> bool:
    """Whether a template was saved anew; one that was given another name was saved for that."""
    return was.modified != now.modified and was.name == now.name
