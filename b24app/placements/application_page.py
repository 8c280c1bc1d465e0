"""The application's own page: what its item in the portal's menu opens; not bound, named in the application's card."""

from b24app.frames.last_tab import last_tab
from b24app.frames.page_token import Frame
from b24app.placements import Placement
from b24app.text.messages import N_
from b24app.web.page_drawing import clients_url, works_with_clients


def tab_of_last_visit(frame: Frame) -> str:
    """The tab that this administrator opened last; at first the renewal."""
    return f"/{last_tab(frame)}"


def page_of_employee(frame: Frame) -> str:
    """The card; for who works with clients of an integrator, his clients."""
    return clients_url() if works_with_clients(frame) else "/widget"


PLACEMENT = Placement(
    code="DEFAULT",
    titles={"ru": "Срок тарифа", "en": N_("Plan term")},
    administrator=tab_of_last_visit,
    employee=page_of_employee,
)
