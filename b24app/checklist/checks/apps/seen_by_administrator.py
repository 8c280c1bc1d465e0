"""With whose rights does the application see the portal?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
from b24app.checklist.facts.apps.me import Me
from b24app.text.messages import N_


@check(
    title=N_("The application sees as an administrator"),
    why=N_(
        "Lists in the portal are cut by the user's rights without a word: a shop seen by another user looks emptier."
    ),
    remedy=N_("Open the application once as the portal's administrator."),
    area=Area.APPS,
)
def seen_by_administrator(me: Me, baseline: Baseline) -> Verdict:
    """Judge that the user is an administrator and the same as in the baseline."""
    name = f"{me.name} {me.last_name}".strip()
    if not me.admin:
        return failed(
            N_("%(name)s is not an administrator"),
            N_("Parts of the shop may be hidden from this user"),
            name=name,
        )
    before = baseline.of(Me)
    if before is not None and before.id != me.id:
        return warned(N_("The snapshot was taken by another user: what is missing may only be hidden"))
    return passed(N_("Seen by %(name)s, an administrator"), name=name)
