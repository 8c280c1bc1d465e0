"""The page on which somebody chooses what comes back from a copy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyState, EntityState
from b24app.backup.proofs.model import MassLoss
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import load_plan
from b24app.database import db, portal_scope
from tests.actors import Actor, Opened

AT = datetime(2026, 11, 29, 1, tzinfo=UTC)


@pytest.fixture
def copy_id(north: Actor) -> int:
    with portal_scope(north.portal_id):
        row = BackupCopy(kind=CopyKind.NIGHTLY, state=CopyState.DONE, folder="n1", created_at=AT, read_at=AT)
        db.session.add(row)
        db.session.commit()
        return row.id


def asked(actor: Actor) -> list[Restore]:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return list(db.session.query(Restore).order_by(Restore.id))


def test_without_a_copy_the_page_says_so(north: Actor) -> None:
    text = north.opens(lang="en").get("/restore/copy").text
    assert "There is no copy yet" in text
    assert 'id="choice-form"' not in text


def test_the_limits_are_said_before_anything_is_pressed(north: Actor, copy_id: int) -> None:
    text = north.opens(lang="en").get("/restore/copy").text
    for words in ("creation date", "never put back as paid", "lines of the timeline", "People and rights"):
        assert words in text
    assert text.count("btn-filled") == 1


def test_goods_of_a_second_catalogue_are_told_by_its_number(north: Actor, copy_id: int) -> None:
    with portal_scope(north.portal_id):
        db.session.add(CopyEntity(copy_id=copy_id, entity="product_27", state=EntityState.DONE))
        db.session.commit()
    text = north.opens(lang="en").get("/restore/copy").text
    assert "Product · 27" in text
    assert "Smart process “27”" not in text


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        (
            {"way": "copied", "ids": "150, 151\n152"},
            [("copied", "150"), ("copied", "151"), ("copied", "152")],
        ),
        ({"way": "copied", "ids": "id;name\n150;Order\n151;Order"}, [("copied", "150"), ("copied", "151")]),
        ({"way": "copied", "ids": "0150, " + "9" * 5000 + ", 151"}, [("copied", "150"), ("copied", "151")]),
        ({"way": "copied_gone"}, [("copied_gone", "")]),
        ({"way": "copied_name", "name": "Order"}, [("copied_name", "")]),
        ({"way": "copied_field", "field": "sourceId"}, [("copied_field", "")]),
    ],
)
def test_a_choice_becomes_a_preview_that_waits_for_its_key(
    north: Actor, north_admin: Opened, copy_id: int, form: dict[str, str], kinds: list[tuple[str, str]]
) -> None:
    answer = north_admin.post("/restore/copy", **{"copy": str(copy_id), "entity": "deal", **form})
    (row,) = asked(north)
    assert f"/restore/{row.id}" in answer.headers["HX-Location"]
    assert (row.state, row.copy_id, row.source) == (RestoreState.READING, copy_id, "copy")
    plan = load_plan(row.plan)
    assert plan is not None
    assert [(one.kind, one.key) for one in plan.choices] == kinds
    assert plan.checks == ("records_kept",)


@pytest.mark.parametrize(
    "form",
    [
        {"way": "copied", "ids": "none"},
        {"way": "copied", "ids": "9" * 5000},
        {"way": "copied_gone", "entity": "item_²"},
        {"way": "copied_gone", "entity": "item_" + "9" * 5000},
        {"way": "copied_name", "name": "ab"},
        {"way": "copied_field", "field": "a b"},
        {"way": "whatever"},
        {"way": "copied", "ids": "150", "entity": "payment"},
        {"way": "copied", "ids": "150", "copy": "999"},
        {"way": "copied", "ids": "\n".join(map(str, range(1, 2003)))},
    ],
)
def test_a_wrong_choice_is_answered_by_the_form(
    north: Actor, north_admin: Opened, copy_id: int, form: dict[str, str]
) -> None:
    answer = north_admin.post("/restore/copy", **{"copy": str(copy_id), "entity": "deal", **form})
    assert answer.status_code == 422
    assert 'id="choice-form"' in answer.text
    assert asked(north) == []


def test_an_alarm_fills_the_form_and_one_press_is_enough(
    north: Actor, north_admin: Opened, copy_id: int
) -> None:
    with portal_scope(north.portal_id):
        loss = MassLoss(
            kind="items",
            entity="deal",
            key="",
            name="",
            lost=2,
            before=900,
            since=AT,
            found_at=AT,
            content={"ids": [150, 151]},
        )
        db.session.add(loss)
        db.session.commit()
        number = loss.id
    text = north_admin.get(f"/restore/copy?loss={number}").text
    assert f'name="loss" value="{number}"' in text
    other = north_admin.get("/restore/copy").text  # an alarm keeps nobody from another choice
    assert 'name="loss"' not in other
    assert 'name="way"' in other
    north_admin.post("/restore/copy", copy=str(copy_id), loss=str(number))
    (row,) = asked(north)
    plan = load_plan(row.plan)
    assert plan is not None
    assert {one.entity for one in plan.choices} == {"deal"}


def test_a_copy_of_another_portal_is_not_offered(north: Actor, south: Actor, copy_id: int) -> None:
    opened = south.opens()
    assert 'id="choice-form"' not in opened.get("/restore/copy").text
    answer = opened.post("/restore/copy", copy=str(copy_id), entity="deal", way="copied_gone")
    assert answer.status_code == 422
    assert asked(south) == []


def test_an_employee_is_not_let_in(north: Actor, copy_id: int) -> None:
    opened = north.opens(user=north.portal.employee)
    assert opened.get("/restore/copy").status_code == 403
    assert opened.post("/restore/copy", copy=str(copy_id)).status_code == 403
    assert asked(north) == []
