"""Why a fact could not be had, and who can change that."""

from dataclasses import dataclass
from enum import StrEnum

from b24app import errors
from b24app.text.messages import N_


class Reason(StrEnum):
    """Why there is no fact."""

    SCOPE = "scope"
    RIGHT = "right"
    PLAN = "plan"
    MARKETPLACE = "marketplace"
    LOCKED = "locked"
    GONE = "gone"
    METHOD = "method"
    LIMIT = "limit"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    NEEDS = "needs"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class FactRefusal:
    """The portal's no: the reason, its own words, and who can grant what is missing."""

    reason: Reason
    code: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    who: str = ""


REASONS: tuple[tuple[type[errors.PortalError], Reason], ...] = (
    (errors.ScopeMissing, Reason.SCOPE),
    (errors.RightMissing, Reason.RIGHT),
    (errors.PlanLapsed, Reason.PLAN),
    (errors.MarketplaceEnded, Reason.MARKETPLACE),
    (errors.PortalLocked, Reason.LOCKED),
    (errors.PortalGone, Reason.GONE),
    (errors.ApplicationGone, Reason.GONE),
    (errors.TokenRejected, Reason.GONE),
    (errors.MethodMissing, Reason.METHOD),
    (errors.LimitReached, Reason.LIMIT),
    (errors.Unreachable, Reason.UNREACHABLE),
)
WHOLE_PORTAL = frozenset({Reason.PLAN, Reason.MARKETPLACE, Reason.LOCKED, Reason.GONE})

REASON_TEXTS: dict[Reason, str] = {
    Reason.SCOPE: N_("The application was not granted the permission: %(needs)s."),
    Reason.RIGHT: N_("The portal refused: the user whose access is used lacks the right."),
    Reason.PLAN: N_("The plan has ended, so the portal refuses applications."),
    Reason.MARKETPLACE: N_("The Marketplace subscription has ended, so the portal refuses applications."),
    Reason.LOCKED: N_("The portal is locked."),
    Reason.GONE: N_("The application has no access to the portal any more."),
    Reason.METHOD: N_("This portal does not have this part."),
    Reason.LIMIT: N_("The portal asked to slow down; run the check again in a few minutes."),
    Reason.BROKEN: N_("The portal answered with an error: %(code)s."),
    Reason.UNREACHABLE: N_("The portal did not answer in time; run the check again."),
    Reason.NEEDS: N_("It depends on another answer that the portal did not give."),
    Reason.NOT_ASKED: N_("It has not been asked yet."),
}

WHO_GRANTS: dict[Reason, str] = {
    Reason.SCOPE: N_(
        "A portal administrator can grant it: update the application and accept its permissions."
    ),
    Reason.RIGHT: N_("A portal administrator can grant it to the user whose access the application uses."),
    Reason.PLAN: N_("Renew the plan in “My plan”, then run the checks again."),
    Reason.MARKETPLACE: N_("Renew the subscription in “My plan”, then run the checks again."),
    Reason.LOCKED: N_("An administrator can see the reason on the portal's own page."),
    Reason.GONE: N_("An administrator should open the application in the portal again."),
    Reason.BROKEN: N_("Run the check again; if it repeats, send the portal's answer to support."),
}


def refusal_of(error: errors.PortalError, who: str = "") -> FactRefusal:
    """Tell why the portal said no."""
    reason = next((reason for kind, reason in REASONS if isinstance(error, kind)), Reason.BROKEN)
    return FactRefusal(reason, str(error.code), error.description, who=who)
