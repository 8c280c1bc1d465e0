"""Whether the plan gives roles for sites; reading it costs nothing and shows a downgrade."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with full access to sites and shops")


@dataclass(frozen=True, slots=True)
class SiteRoles:
    on: bool


NOT_IN_PLAN = SiteRoles(on=False)


@fact(
    Command("landing.role.isEnabled", {}),
    rank=41,
    scopes=("landing",),
    who=WHO,
    means={"FEATURE_NOT_AVAIL": NOT_IN_PLAN},
)
def site_roles(answer: Answer) -> SiteRoles:
    """Read landing.role.isEnabled (api-reference/landing/rights/landing-role-is-enabled.md)."""
    return SiteRoles(answer.result is True)
