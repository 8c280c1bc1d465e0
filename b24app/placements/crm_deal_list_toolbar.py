"""CRM_DEAL_LIST_TOOLBAR: above the list of deals, where a missing order is noticed first: tell the administrator, or look why."""

from b24app.placements import Placement, always
from b24app.text.messages import N_

PLACEMENT = Placement(
    code="CRM_DEAL_LIST_TOOLBAR",
    titles={"ru": "Заказы не приходят?", "en": N_("Orders not coming in?")},
    administrator=always("/shop"),
    employee=always("/widget/orders"),
)
