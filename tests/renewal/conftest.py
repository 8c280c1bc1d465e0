"""The story of the screens as rows: a shop on Standard until 23 December, three people, one portal beside."""

from datetime import UTC, date, datetime

import pytest

from b24app.portals.model import Portal
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile, note_license
from tests.terms.conftest import AT, MARINA, other, portal, portals

__all__ = ["other", "portal", "portals"]

END = date(2026, 12, 23)
TODAY = date(2026, 11, 30)


@pytest.fixture
def shop(portal: Portal) -> Portal:
    """The plan, its people and the partner's route."""
    note_license("ru_std", AT)
    change_profile(by=MARINA, at=AT, route="partner")
    set_paid_term("plan", END, by=MARINA, at=datetime(2026, 11, 12, tzinfo=UTC), pays_by="partner")
    set_role(Role.RESPONSIBLE, user_id=7, name="Марина Ковалёва", email="marina@north.example")
    set_role(Role.PAYER, user_id=8, name="Олег Дроздов", email="oleg@north.example")
    set_role(Role.ACTIVATOR, user_id=9, name="Игорь Лапин")
    return portal
