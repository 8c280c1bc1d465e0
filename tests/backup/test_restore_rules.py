"""The rules of putting back: one at a time, stopped after a batch, left what was changed meanwhile, taken back only while unused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from b24app.backup.restore.ending import fail_restore
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import Action, RestoreChoice, RestoreSource
from b24app.backup.restore.planning import OTHER_RELEASE, prepare
from b24app.backup.restore.presses import (
    RestoreBusy,
    RestoreNotAllowed,
    begin,
    forbid_restores,
    go_on,
    start_undo,
    stop,
)
from b24app.backup.restore.running import CHANGED_SINCE
from b24app.backup.restore.setting_uses import NOT_TOLD
from b24app.backup.restore.writers.crm_status import USED as CARRIED
from b24app.backup.restore.writers.department import BELOW
from b24app.backup.restore.writers.user_field import FILLED
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.jobs.upkeep import ask_unfinished
from b24app.services import services
from sandbox.portal import Portal
from sandbox.rest.registry import METHODS, Call, Refusal
from sandbox.world import World
from tests.actors import Actor
from tests.backup.restoring import MARINA, Jobs, lines, plan_of, press, states, stored

ENTRY = {"ENTITY_ID": "SOURCE", "STATUS_ID": "FAIR", "NAME": "Выставка", "SORT": "80"}


def entry(code: str = "FAIR", name: str = "Выставка") -> RestoreChoice:
    return RestoreChoice(
        "crm_status", "crm_status", f"SOURCE:{code}", name, {**ENTRY, "STATUS_ID": code, "NAME": name}
    )


def switched(row: dict[str, Any]) -> RestoreChoice:
    return RestoreChoice(
        "pay_system", "pay_system", str(row["ID"]), row["NAME"], {"ACTIVE": "Y"}, only=("ACTIVE",)
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """An administrator with a portal, and what he presses."""

    actor: Actor
    run_jobs: Jobs

    @property
    def portal(self) -> Portal:
        return self.actor.portal

    def previews(self, *choices: RestoreChoice) -> int:
        with portal_scope(self.actor.portal_id):
            at = services().clock.now()
            made = prepare(choices, source=RestoreSource.COMPARISON, title="Back", by=MARINA, at=at)
            db.session.commit()
        self.run_jobs()
        return made

    def puts_back(self, *choices: RestoreChoice) -> int:
        made = self.previews(*choices)
        press(self.actor, made)
        self.run_jobs()
        return made

    def takes_back(self, made: int) -> int:
        with portal_scope(self.actor.portal_id):
            back = start_undo(made, by=MARINA, at=services().clock.now())
            db.session.commit()
        self.run_jobs()
        return back

    def pay_system(self) -> dict[str, Any]:
        row = next(one for one in self.portal.tables["paysystem"].all() if one["ACTIVE"] == "Y")
        self.portal.switch_off("pay_system", row["ID"])
        return dict(row)


@pytest.fixture
def desk(first_checks: Actor, run_jobs: Jobs) -> Desk:
    return Desk(first_checks, run_jobs)


def entries(portal: Portal) -> list[str]:
    return [row["NAME"] for row in portal.tables["status"].all() if row["STATUS_ID"] in ("FAIR", "SHOW")]


def test_off_until_somebody_allows_it(desk: Desk) -> None:
    made = desk.previews(entry())
    with portal_scope(desk.actor.portal_id), pytest.raises(RestoreNotAllowed):
        begin(made, by=MARINA)
    assert entries(desk.portal) == []


def test_one_restore_at_a_time_in_a_portal(desk: Desk) -> None:
    way = desk.pay_system()
    first, second = desk.previews(entry()), desk.previews(switched(way))
    press(desk.actor, first)
    with pytest.raises(RestoreBusy):
        press(desk.actor, second)
    db.session.rollback()
    desk.run_jobs()
    press(desk.actor, second)
    desk.run_jobs()
    assert entries(desk.portal) == ["Выставка"]
    assert desk.portal.tables["paysystem"].get(way["ID"])["ACTIVE"] == "Y"  # type: ignore[index]


def test_a_portal_that_was_changed_since_the_preview_is_shown_anew_and_not_written(desk: Desk) -> None:
    made = desk.previews(entry(), switched(desk.pay_system()))
    desk.portal.tables["status"].add({**ENTRY, "ID": "9001", "SYSTEM": "N", "EXTRA": {}})
    press(desk.actor, made)
    desk.run_jobs()
    row = stored(desk.actor, made)
    assert (row.state, row.error, row.active) == (RestoreState.PREVIEW, CHANGED_SINCE, None)
    assert [one.kind for one in plan_of(desk.actor, made).to_write] == ["pay_system"]
    press(desk.actor, made)
    desk.run_jobs()
    assert states(desk.actor, made) == ["changed"]


def test_stopped_it_writes_nothing_more_until_somebody_goes_on(desk: Desk) -> None:
    made = desk.previews(entry(), switched(desk.pay_system()))
    press(desk.actor, made)
    with portal_scope(desk.actor.portal_id):
        stop(made)
        db.session.commit()
    desk.run_jobs()
    assert stored(desk.actor, made).state == RestoreState.STOPPED
    assert entries(desk.portal) == []
    with portal_scope(desk.actor.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    desk.run_jobs()
    assert states(desk.actor, made) == ["created", "changed"]


def test_forbidden_it_stops_and_cannot_go_on(desk: Desk) -> None:
    made = desk.previews(entry())
    press(desk.actor, made)
    with portal_scope(desk.actor.portal_id):
        forbid_restores()
        db.session.commit()
    desk.run_jobs()
    assert stored(desk.actor, made).state == RestoreState.STOPPED
    with portal_scope(desk.actor.portal_id), pytest.raises(RestoreNotAllowed):
        go_on(made, by=MARINA)
    assert entries(desk.portal) == []


def test_what_somebody_changed_after_a_stop_is_not_touched_and_is_said(desk: Desk) -> None:
    way = desk.pay_system()
    made = desk.previews(
        RestoreChoice(
            "pay_system", "pay_system", str(way["ID"]), way["NAME"], {"NAME": "Прежнее имя"}, only=("NAME",)
        )
    )
    press(desk.actor, made)
    with portal_scope(desk.actor.portal_id):
        stop(made)
        db.session.commit()
    desk.run_jobs()
    with portal_scope(desk.actor.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    desk.portal.tables["paysystem"].update(way["ID"], NAME="Новое имя")
    desk.run_jobs()
    row = stored(desk.actor, made)
    assert row.state == RestoreState.PREVIEW or [line.state for line in lines(desk.actor, made)] == [
        "untouched"
    ]


def test_taken_back_the_portal_is_as_it_was(desk: Desk) -> None:
    way = desk.pay_system()
    made = desk.puts_back(entry(), switched(way))
    back = desk.takes_back(made)
    plan = plan_of(desk.actor, back)
    assert [one.action for one in plan.operations] == [Action.CHANGE, Action.REMOVE]
    press(desk.actor, back)
    desk.run_jobs()
    assert entries(desk.portal) == []
    assert desk.portal.tables["paysystem"].get(way["ID"])["ACTIVE"] == "N"  # type: ignore[index]
    assert stored(desk.actor, made).undone_at is not None


def test_what_could_not_be_taken_back_is_not_called_taken_back(desk: Desk) -> None:
    way = desk.pay_system()
    made = desk.puts_back(switched(way))
    back = desk.takes_back(made)
    desk.portal.extra["foreign_pay_systems"] = {way["ID"]}
    press(desk.actor, back)
    desk.run_jobs()
    assert states(desk.actor, back) == ["refused"]
    opened = desk.actor.opens(lang="en")
    assert "Nothing was taken back" in opened.get(f"/restore/{back}").text
    assert stored(desk.actor, made).undone_at is None
    assert f"/restore/{made}/undo" in opened.get(f"/restore/{made}").text
    del desk.portal.extra["foreign_pay_systems"]
    again = desk.takes_back(made)
    assert again != back
    press(desk.actor, again)
    desk.run_jobs()
    assert stored(desk.actor, made).undone_at is not None
    assert "Taken back" in opened.get(f"/restore/{again}").text


def test_what_is_taken_back_in_part_is_called_so(desk: Desk) -> None:
    way = desk.pay_system()
    made = desk.puts_back(entry(), switched(way))
    row = next(one for one in desk.portal.tables["status"].all() if one["STATUS_ID"] == "FAIR")
    desk.portal.tables["status"].update(row["ID"], STATUS_ID="FAIR_2")
    back = desk.takes_back(made)
    press(desk.actor, back)
    desk.run_jobs()
    assert stored(desk.actor, made).undone_at is not None
    assert "Part of it was taken back" in desk.actor.opens(lang="en").get(f"/restore/{back}").text


def test_what_was_changed_since_is_refused_by_name(desk: Desk) -> None:
    made = desk.puts_back(entry())
    row = next(one for one in desk.portal.tables["status"].all() if one["STATUS_ID"] == "FAIR")
    desk.portal.tables["status"].update(row["ID"], STATUS_ID="FAIR_2")
    plan = plan_of(desk.actor, desk.takes_back(made))
    assert [(one.action, one.name) for one in plan.operations] == [(Action.CANNOT, "Выставка")]


def test_a_stage_on_which_deals_stand_is_not_taken_back(desk: Desk) -> None:
    fields = {
        "ENTITY_ID": "DEAL_STAGE",
        "STATUS_ID": "MEASURE",
        "NAME": "Замер",
        "SORT": "15",
        "SEMANTICS": "",
    }
    made = desk.puts_back(RestoreChoice("crm_status", "crm_status", "DEAL_STAGE:MEASURE", "Замер", fields))
    deal = desk.portal.tables["deal"].ids[0]
    desk.portal.tables["deal"].update(deal, stageId="MEASURE")
    plan = plan_of(desk.actor, desk.takes_back(made))
    only = plan.operations[0]
    assert only.action is Action.CANNOT
    assert only.why.values["count"] == 1


def test_a_stopped_restore_whose_way_back_was_begun_does_not_go_on(desk: Desk) -> None:
    made = desk.puts_back(entry(), switched(desk.pay_system()))
    back = desk.takes_back(made)
    with portal_scope(desk.actor.portal_id):
        for number in (made, back):  # both were stopped in the middle
            row = db.session.get_one(Restore, number)
            row.state, row.begun_at = RestoreState.STOPPED, services().clock.now()
        db.session.commit()
    text = desk.actor.opens(lang="en").get(f"/restore/{made}").text
    assert f"/restore/{made}/go-on" not in text
    assert f"/restore/{back}" in text
    with portal_scope(desk.actor.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    assert stored(desk.actor, made).state == RestoreState.STOPPED


def test_after_thirty_days_it_cannot_be_taken_back(desk: Desk, world: World) -> None:
    made = desk.puts_back(entry())
    world.clock.advance(days=31)
    with portal_scope(desk.actor.portal_id), pytest.raises(BadInput):
        start_undo(made, by=MARINA, at=services().clock.now())


def test_a_row_of_another_release_says_so_and_writes_nothing(desk: Desk) -> None:
    made = desk.previews(entry())
    row = stored(desk.actor, made)
    with portal_scope(desk.actor.portal_id):
        row.plan = b'{"source": "comparison", "operations": [{"of": "another release"}]}'
        db.session.commit()
    with pytest.raises(BadInput, match="another version"):
        press(desk.actor, made)
    assert OTHER_RELEASE
    assert entries(desk.portal) == []


def test_a_restore_whose_job_was_lost_is_asked_for_again(desk: Desk) -> None:
    made = desk.previews(entry())
    press(desk.actor, made)
    from b24app.jobs.model import JobRow

    db.session.query(JobRow).filter(JobRow.name == "put_back").delete()
    db.session.commit()
    assert ask_unfinished() == 1
    desk.run_jobs()
    assert entries(desk.portal) == ["Выставка"]


def test_a_job_that_was_given_up_leaves_a_restore_that_can_go_on(desk: Desk) -> None:
    made = desk.previews(entry())
    press(desk.actor, made)
    fail_restore("It took too long.", made)
    db.session.commit()
    row = stored(desk.actor, made)
    assert (row.state, row.active) == (RestoreState.PREVIEW, None)
    press(desk.actor, made)
    desk.run_jobs()
    assert entries(desk.portal) == ["Выставка"]


def test_previews_that_nobody_pressed_are_forgotten(desk: Desk, world: World) -> None:
    desk.previews(entry())
    world.clock.advance(days=3)
    desk.previews(entry("SHOW", "Ярмарка"))
    with portal_scope(desk.actor.portal_id):
        assert db.session.query(Restore).count() == 1


def test_the_portals_own_refusal_is_said_in_its_words(desk: Desk) -> None:
    way = desk.pay_system()
    desk.portal.extra["foreign_pay_systems"] = {way["ID"]}
    made = desk.puts_back(switched(way))
    only = lines(desk.actor, made)[0]
    assert only.state == "refused"
    assert "Access denied" in (only.words or "")


def taken_back(desk: Desk, made: int) -> list[tuple[Action, str]]:
    """The way back of a restore: what it does with each object, and why not."""
    plan = plan_of(desk.actor, desk.takes_back(made))
    return [(one.action, one.why.plural or one.why.message) for one in plan.operations]


@pytest.mark.parametrize(
    ("dictionary", "table", "name"),
    [
        ("SOURCE", "deal", "sourceId"), ("SOURCE", "invoice", "sourceId"), ("SOURCE", "purchase", "sourceId"),
        ("HONORIFIC", "lead", "honorific"), ("INDUSTRY", "company", "industry"),
    ],
)  # fmt: skip
def test_an_entry_that_items_carry_since_is_not_taken_back(
    desk: Desk, dictionary: str, table: str, name: str
) -> None:
    row = {**ENTRY, "ENTITY_ID": dictionary}
    made = desk.puts_back(RestoreChoice("crm_status", "crm_status", f"{dictionary}:FAIR", "Выставка", row))
    items = desk.portal.tables[table]
    for one in items.ids[:5]:
        items.update(one, **{name: "FAIR"})
    assert taken_back(desk, made) == [(Action.CANNOT, CARRIED[1])]


def test_an_entry_stays_where_no_field_is_known_to_carry_it(desk: Desk) -> None:
    row = {**ENTRY, "ENTITY_ID": "CALL_LIST"}
    made = desk.puts_back(RestoreChoice("crm_status", "crm_status", "CALL_LIST:FAIR", "Выставка", row))
    assert states(desk.actor, made) == ["created"]
    assert taken_back(desk, made) == [(Action.CANNOT, NOT_TOLD)]


def test_an_entry_that_a_field_of_the_customers_own_carries_is_not_taken_back(desk: Desk) -> None:
    settings = {"ENTITY_TYPE": "CALL_LIST"}
    fields = desk.portal.tables["user_field"]
    own = {
        **fields.all()[0],
        "ID": str(fields.next_id()),
        "ENTITY_ID": "CRM_DEAL",
        "FIELD_NAME": "UF_CRM_1800000001",
    }
    fields.add({**own, "USER_TYPE_ID": "crm_status", "SETTINGS": settings})
    row = {**ENTRY, "ENTITY_ID": "CALL_LIST"}
    made = desk.puts_back(RestoreChoice("crm_status", "crm_status", "CALL_LIST:FAIR", "Выставка", row))
    deals = desk.portal.tables["deal"]
    deals.update(deals.ids[0], ufCrm_1800000001="FAIR")
    assert taken_back(desk, made) == [(Action.CANNOT, CARRIED[1])]


def department(number: str, name: str, above: str) -> RestoreChoice:
    return RestoreChoice(
        "department", "department", number, name, {"NAME": name, "SORT": "700", "PARENT": above}
    )


def test_a_department_with_one_below_it_since_is_not_taken_back(desk: Desk) -> None:
    table = desk.portal.tables["department"]
    top = table.all()[0]
    made = desk.puts_back(department("900", "Склад Б", str(top["ID"])))
    new = lines(desk.actor, made)[0].new_key
    table.add({**top, "ID": str(table.next_id()), "NAME": "Смена ночная", "PARENT": new})
    assert taken_back(desk, made) == [(Action.CANNOT, BELOW[1])]


def test_an_empty_department_is_taken_back(desk: Desk) -> None:
    top = str(desk.portal.tables["department"].all()[0]["ID"])
    made = desk.puts_back(department("900", "Склад Б", top))
    assert taken_back(desk, made) == [(Action.REMOVE, "")]


@pytest.mark.parametrize("code", ["UF_CRM_DELIVERY", "UF_CRM_1800000001"])
@pytest.mark.parametrize("filled", [True, False])
def test_a_field_is_taken_back_while_it_is_empty(desk: Desk, code: str, filled: bool) -> None:
    made = desk.puts_back(own_field(code))
    deals = desk.portal.tables["deal"]
    if filled:
        deals.update(deals.ids[0], **{code.replace("UF_CRM_", "ufCrm_"): "courier"})
    assert taken_back(desk, made) == [(Action.CANNOT, FILLED[1]) if filled else (Action.REMOVE, "")]


def own_field(code: str) -> RestoreChoice:
    row = {"FIELD_NAME": code, "USER_TYPE_ID": "string", "EDIT_FORM_LABEL": "Доставка", "SORT": "100",
           "MULTIPLE": "N", "MANDATORY": "N"}  # fmt: skip
    return RestoreChoice("user_field", "user_field_deal", f"deal:{code}", "Доставка", row)


def test_one_refused_question_keeps_its_own_object_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.puts_back(entry(), own_field("UF_CRM_DELIVERY"))
    known = METHODS["crm.item.list"]

    def answer(call: Call) -> Any:
        if any(name.startswith("!=") for name in call.get("filter") or {}):
            raise Refusal("INVALID_ARG_VALUE", "Invalid filter")
        return known.answer(call)

    monkeypatch.setitem(METHODS, "crm.item.list", replace(known, answer=answer))
    assert sorted(taken_back(desk, made)) == [(Action.CANNOT, NOT_TOLD), (Action.REMOVE, "")]
