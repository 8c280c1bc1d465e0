"""LEFT_MENU: a full page in the portal's main menu (widgets/placements.md)."""

from b24app.placements import Placement, always

PLACEMENT = Placement(
    code="LEFT_MENU",
    titles={"ru": "Продление без простоя", "en": "Renewal without downtime"},
    administrator=always("/overview"),
    employee=always("/widget"),
)
