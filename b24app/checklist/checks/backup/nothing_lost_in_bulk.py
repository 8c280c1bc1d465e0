"""Does a mass loss wait for a decision?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import OwnCopy
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, unknown
from b24app.text.messages import N_, NN_


@check(
    title=N_("Nothing is lost in bulk"),
    why=N_(
        "The recycle bin keeps what was deleted for 30 days only, and nothing comes back from it on a lapsed plan."
    ),
    remedy=N_("Open the tab “Copy” and choose how to bring it back, or say that it was meant."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
)
def nothing_lost_in_bulk(own_copy: OwnCopy | None = None) -> Verdict:
    """Judge whether people have decided about every mass loss that the copy has seen."""
    if own_copy is not None and own_copy.losses:
        return failed(
            NN_("%(count)s mass loss waits for a decision", "%(count)s mass losses wait for a decision"),
            count=own_copy.losses,
        )
    if own_copy is None or not own_copy.set_up:
        return not_used(N_("Only our own copy shows what has gone, and it is not set up"))
    if own_copy.unwatched:
        return unknown(
            N_("Nobody could look lately at what has gone"),
            N_("The look of the night needs a portal that answers and the access of an administrator"),
        )
    return passed(N_("No pipeline, no field and no share of items has gone at once"))
