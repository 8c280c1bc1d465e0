"""CRM_DEAL_LIST_TOOLBAR: above the list of deals, where a missing order is noticed first: tell the administrator, or look why."""

from b24app.placements import Placement, always

PLACEMENT = Placement(
    code="CRM_DEAL_LIST_TOOLBAR",
    titles={"ru": "Заказы не приходят?", "en": "Orders not coming in?"},
    administrator=always("/shop"),
    employee=always("/widget/orders"),
)
