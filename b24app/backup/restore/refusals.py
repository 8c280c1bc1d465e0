"""Permanent refusals: of what a portal does not have, and of what it does not show."""

from b24app.errors import FeatureNotInPlan, MethodMissing, PortalError, RightMissing, ScopeMissing

UNTOLD = (ScopeMissing, RightMissing)
"""Refusals after which objects may exist that the portal does not show to us."""
CLOSED = (*UNTOLD, MethodMissing, FeatureNotInPlan)
"""Refusals of a list: it does not exist, or it is not shown."""
NO_SHOP = "200540400002"  # crm-order-entity-list.md


def has_no_shop(outcome: object) -> bool:
    """Whether a portal answers that it has no orders at all."""
    return isinstance(outcome, PortalError) and str(outcome.code) == NO_SHOP
