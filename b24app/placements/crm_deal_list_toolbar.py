"""CRM_DEAL_LIST_TOOLBAR: in the menu above the list of deals; managers ask there what changes for them."""

from b24app.placements import Placement, always

PLACEMENT = Placement(
    code="CRM_DEAL_LIST_TOOLBAR",
    titles={"ru": "Продление: проверки магазина", "en": "Renewal: checks of the shop"},
    administrator=always("/checklist"),
    employee=always("/widget"),
)
