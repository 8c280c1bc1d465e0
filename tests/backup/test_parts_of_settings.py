"""What belongs to a setting: lost and back with it, deleted with it again, and both said before the press."""

from __future__ import annotations

from typing import Any

from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.setting_parts import COMES_TOO, GOES_TOO
from b24app.backup.restore.writers.requisite_preset_field import WRITER as PRESET_FIELD
from sandbox.shop.further_settings import settings_table
from tests.actors import Actor, Opened
from tests.backup.restoring import Jobs, plan_of, press, states
from tests.backup.test_kept_settings_back import a_night_later, differing
from tests.backup.test_references import FIELD, GROUP, OLD, PAYER, Thing
from tests.backup.test_restore_rules import Desk, desk

__all__ = ["desk"]

VALUE = Thing("order_property_variant", "order_property_variant", 1, "value")


def parts_said(one: Operation) -> list[tuple[str, int]]:
    parts: Any = one.with_it.values["parts"]
    return [(part.values["title"].message, part.values["count"]) for part in parts]


def test_a_lost_template_brings_its_fields_although_it_alone_was_ticked(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    office = Desk(first_checks, run_jobs)
    presets, fields = (
        settings_table(office.portal, one) for one in ("requisite_preset", "requisite_preset_field")
    )
    lost = [row["FIELD_NAME"] for row in fields.all() if row["_preset"] == "2"]
    for row in [row for row in fields.all() if row["_preset"] == "2"]:
        fields.delete(row["_id"])
    presets.delete("2")
    a_night_later(office)
    answer = loss.post("/restore/settings", setting="requisite_preset|2")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    preset, *rest = plan_of(first_checks, made).of(Action.CREATE)
    assert (preset.with_it.message, parts_said(preset)) == (COMES_TOO, [(PRESET_FIELD.title, 2)])
    assert [one.kind for one in rest] == [PRESET_FIELD.kind] * 2
    page = loss.get(f"/restore/{made}").text
    assert "Пропало вместе с этим и тоже вернётся: «Поле шаблона реквизитов» (2)." in page
    loss.post(f"/restore/{made}/begin", allow="yes")
    run_jobs()
    assert states(first_checks, made) == ["created"] * 3
    new = presets.all()[-1]["ID"]
    assert [row["FIELD_NAME"] for row in fields.all() if row["_preset"] == new] == lost
    a_night_later(office)
    assert differing(office) == []


def test_a_template_that_was_only_renamed_brings_no_field_that_nobody_ticked(
    loss: Opened, first_checks: Actor, run_jobs: Jobs
) -> None:
    office = Desk(first_checks, run_jobs)
    settings_table(office.portal, "requisite_preset").update("2", NAME="Предприниматель")
    settings_table(office.portal, "requisite_preset_field").delete("2:2")
    a_night_later(office)
    answer = loss.post("/restore/settings", setting="requisite_preset|2")
    made = int(answer.headers["HX-Push-Url"].rsplit("/", 1)[1])
    run_jobs()
    assert [one.kind for one in plan_of(first_checks, made).operations] == ["requisite_preset"]


def test_the_way_back_says_which_values_go_with_a_field_of_the_checkout_those_of_other_people_too(
    desk: Desk,
) -> None:
    made = desk.puts_back(
        PAYER.choice(desk, OLD, "Посредник"),
        GROUP.choice(desk, OLD, "Посреднику", personTypeId=OLD),
        FIELD.choice(desk, OLD, "Время", personTypeId=OLD, propsGroupId=OLD, type="ENUM"),
        VALUE.choice(desk, OLD, "first", orderPropsId=OLD),
        VALUE.choice(desk, OLD + 1, "second", orderPropsId=OLD),
    )
    values = settings_table(desk.portal, "order_property_variant")
    field = desk.portal.tables["order_property"].all()[-1]["id"]
    values.add({**values.all()[0], "id": values.next_id(), "value": "third", "orderPropsId": field})
    plan = plan_of(desk.actor, back := desk.takes_back(made))
    assert [one.kind for one in plan.operations] == ["checkout_field", "order_property_group", "person_type"]
    gone, *others = plan.operations
    assert (gone.with_it.message, parts_said(gone)) == (GOES_TOO, [("Value of an order property", 3)])
    assert [one.with_it for one in others if one.with_it] == []
    press(desk.actor, back)
    desk.run_jobs()
    assert [row for row in values.all() if row["orderPropsId"] == field] == []


def test_what_orders_had_in_a_lost_field_is_said_to_stay_lost_before_the_press(desk: Desk) -> None:
    plan = plan_of(desk.actor, desk.previews(FIELD.choice(desk, OLD, "Домофон")))
    assert [(one.action, one.objects) for one in plan.operations] == [(Action.CREATE, 1), (Action.CANNOT, 0)]
    assert plan.count(Action.CANNOT) == 0


def test_the_way_back_of_a_pipeline_says_how_many_stages_go_with_it(desk: Desk) -> None:
    table, kinds = desk.portal.tables["category"], desk.portal.tables["status"]
    row = next(row for row in table.all() if row["entityTypeId"] == 2 and row["isDefault"] == "N")
    pipeline = Thing("pipeline", "category", row["id"], entity="pipeline_2", key="2:{id}")
    made = desk.puts_back(pipeline.choice(desk, OLD, "Прежняя"))
    number = table.all()[-1]["id"]
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    stages = [row for row in kinds.all() if row["ENTITY_ID"] == f"DEAL_STAGE_{number}"]
    assert one.action is Action.REMOVE
    assert (one.with_it.message, parts_said(one)) == (GOES_TOO, [("Stage", len(stages))])
    assert stages
