"""The alarm of lost goods and orders leads to the very rows that are gone, and ends when they have come back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from b24app.backup.model import BackupCopy
from b24app.backup.proofs.model import MassLoss
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import Action
from b24app.database import db, portal_scope
from b24app.pages.copy.loss_ways import CopyOffered, LostParts, ways_back
from tests.actors import Actor
from tests.backup.copied_data import READ_AT, Copied, Jobs, give_key, lines, make_copy, plan_of, press, stored
from tests.backup.shop_copies import (
    ORDERS,
    PRODUCTS,
    keep_few_orders,
    lose_goods,
    lose_orders,
    rows_of_goods,
    rows_of_orders,
)

pytestmark = pytest.mark.usefixtures("first_checks")


@pytest.fixture
def shop(first_checks: Actor, tmp_path: Path) -> Copied:
    """A copy of goods and of orders."""
    keep_few_orders(first_checks.portal)
    made = make_copy(
        first_checks, tmp_path, {**rows_of_goods(first_checks.portal), **rows_of_orders(first_checks.portal)}
    )
    with portal_scope(first_checks.portal_id):
        db.session.get_one(BackupCopy, made.id).read_at = READ_AT
        db.session.commit()
    return made


def alarm(shop: Copied, entity: str, ids: Sequence[int]) -> int:
    """An open loss."""
    with portal_scope(shop.actor.portal_id):
        row = MassLoss(
            kind="items", entity=entity, lost=len(ids), before=30, since=READ_AT, found_at=READ_AT, content={"ids": [*ids]}
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        return row.id


@pytest.mark.parametrize("entity", ["product", "order"])
def test_the_alarm_leads_to_what_is_gone_and_ends_when_it_is_back(
    shop: Copied, run_jobs: Jobs, entity: str
) -> None:
    portal, ids = shop.actor.portal, PRODUCTS if entity == "product" else ORDERS
    lose_goods(portal, *PRODUCTS)
    lose_orders(portal, *ORDERS)
    loss = alarm(shop, entity, ids)
    browser = shop.actor.opens(lang="en")
    form = browser.get(f"/restore/copy?loss={loss}").text
    assert f'name="entity" value="{entity}"' in form
    browser.post("/restore/copy", copy=str(shop.id), loss=str(loss))
    run_jobs()
    with portal_scope(shop.actor.portal_id):
        made = db.session.scalars(select(Restore.id)).one()
    give_key(shop, made, run_jobs)
    chosen = {one.key for one in plan_of(shop, made).of(Action.CREATE) if one.entity == entity}
    assert chosen == {str(one) for one in ids}
    preview = browser.get(f"/restore/{made}").text
    assert "not even as unpaid" in preview if entity == "order" else "Pictures and files" in preview
    press(shop, made, run_jobs)
    assert stored(shop, made).state == RestoreState.DONE
    assert {line.state for line in lines(shop, made)} == {"created"}
    db.session.expire_all()
    with portal_scope(shop.actor.portal_id):
        assert db.session.get_one(MassLoss, loss).closed_how == "restored"


def test_the_form_offers_goods_and_orders_with_their_own_limits(shop: Copied) -> None:
    browser = shop.actor.opens(lang="en")
    goods = browser.get("/restore/copy?entity=product").text
    assert "External codes" in goods
    assert 'value="copied_field"' in goods
    orders = browser.get("/restore/copy?entity=order&way=copied_field").text
    assert "not even as unpaid" in orders
    assert 'value="copied_field"' not in orders


def test_the_way_from_the_copy_says_what_of_the_shop_does_not_come_back() -> None:
    today = READ_AT.date()
    lost = LostParts(frozenset({"order", "product"}))
    ways = ways_back(
        lost,
        CopyOffered(today, verified=True),
        today,
        bin_until=today,
        support_until=today,
        cut_by_grace=False,
    )
    costs = [one.message for one in ways[0].costs]
    assert len(costs) == 2
    assert not any("letters" in one for one in costs)
    assert any("payments" in one for one in costs)
    assert any("stock" in one for one in costs)
