"""A portal in which nobody has set a shop up, such as a moderator's own: the application installs, checks, and every page works."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.web.test_portal_refused import every_page

KEPT = {"user", "department"}
"""What every portal has: its people."""


@pytest.fixture
def bare(visitor: FlaskClient, world: World, run_jobs: Callable[[], int]) -> Opened:
    """Installed through the wizard, a date named, checked."""
    actor = Actor(visitor, world.add_portal("bare.bitrix24.example", plan="ru_ent250"))
    for name, table in actor.portal.tables.items():
        for row_id in list(table.ids) if name not in KEPT else ():
            table.delete(row_id)
    card = next(iter(world.applications.values()))
    actor.portal.add_application(card)
    wizard = actor.opens()
    assert wizard.post("/install/bind").status_code == 200
    assert wizard.post("/install/done").status_code == 200
    actor.portal.finish_install(card)
    run_jobs()
    with portal_scope(actor.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    opened = actor.opens()
    opened.post("/shop/run")
    run_jobs()
    return opened


@pytest.mark.cases
def test_every_page_of_a_portal_without_a_shop_works(bare: Opened) -> None:
    pages = {path: bare.get(path) for path in every_page() if not path.startswith("/clients")}
    assert len(pages) > 40
    assert {path: page.status_code for path, page in pages.items() if page.status_code >= 400} == {}
    assert [path for path, page in pages.items() if "None" in page.text] == []


def test_the_checks_of_a_portal_without_a_shop_end_and_say_what_does_not_apply(bare: Opened) -> None:
    text = bare.get("/shop").text
    assert "Не относятся" in text
    assert "Проверяем" not in text
