"""CRM_ANALYTICS_MENU: beside the reports; the administrator gets the plan and its limits."""

from b24app.placements import Placement, always

PLACEMENT = Placement(
    code="CRM_ANALYTICS_MENU",
    titles={"ru": "Продление и тариф", "en": "Renewal and plan"},
    administrator=always("/plan"),
    employee=always("/widget"),
)
