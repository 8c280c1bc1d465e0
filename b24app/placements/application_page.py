"""The application's own page: what its item in the portal's menu opens; not bound, set in the card."""

from b24app.placements import Placement, always

PLACEMENT = Placement(
    code="DEFAULT",
    titles={"ru": "Продление без простоя", "en": "Renewal without downtime"},
    administrator=always("/overview"),
    employee=always("/widget"),
)
