"""Whatever names an object by its id follows it to the id that it has when it is made anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from b24app.backup.restore.plan import Action, RestoreChoice
from b24app.backup.restore.reasons import PART_GONE
from tests.backup.restoring import lines, plan_of, press, stored
from tests.backup.test_restore_rules import Desk, desk
from tests.backup.test_restore_writers import rows_of

__all__ = ["desk"]

Row = dict[str, Any]
OLD = 900
"""An id of former times, which nothing in the portal has."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of settings: its entity, where it lies in the portal, an object to be like, and what names it."""

    kind: str
    table: str
    like: Any
    name: str = "name"
    entity: str = ""
    key: str = "{id}"
    more: tuple[tuple[str, Any], ...] = ()

    def choice(self, desk: Desk, number: int, name: str, **more: Any) -> RestoreChoice:
        found = dict(rows_of(desk.portal, self.table).get(self.like) or {})
        table = rows_of(desk.portal, self.table)
        row = {**found, table.key: number, self.name: name, **dict(self.more), **more}
        row = {field: one for field, one in row.items() if field[0] != "_" or field == "_owner"}
        return RestoreChoice(
            self.kind, self.entity or self.kind, self.key.format_map({**row, "id": number}), name, row
        )


PAYER = Thing("person_type", "person_type", 4, more=(("code", ""),))
FIELD = Thing("checkout_field", "order_property", 24, entity="order_property", key="field:{id}")
GROUP = Thing("order_property_group", "order_property_group", 5)
PRICE = Thing("price_type", "price_type", 2)
SECTION = Thing("catalogue_section", "section", 33, entity="catalogue_section_23", more=(("code", None),))
PROPERTY = Thing("product_property", "product_property", 97)
PRESET = Thing("requisite_preset", "requisite_preset", "2", "NAME", key="{ID}", more=(("ID", str(OLD)),))
PAY = Thing("pay_system", "paysystem", 7, "NAME", key="{ID}")
DEPARTMENT = Thing("department", "department", "1", "NAME", key="{ID}", more=(("PARENT", "1"),))

REFERENCES: tuple[tuple[str, Thing, Thing], ...] = (
    ("personTypeId", FIELD, PAYER),
    ("propsGroupId", FIELD, GROUP),
    ("personTypeId", GROUP, PAYER),
    ("orderPropsId", Thing("order_property_variant", "order_property_variant", 1, "value"), FIELD),
    (
        "propertyId",
        Thing("order_property_relation", "order_property_relation", 1, "entityType", key="{propertyId}:{entityType}:{entityId}"),
        FIELD,
    ),
    (
        "entityId",
        Thing("order_property_relation", "order_property_relation", 2, "entityType", key="{propertyId}:{entityType}:{entityId}", more=(("entityType", "P"), ("propertyId", 24))),
        PAY,
    ),
    ("personTypeId", Thing("person_domain", "person_domain", 4, "_", key="{personTypeId}:{domain}"), PAYER),
    ("PERSON_TYPE_ID", PAY, PAYER),
    ("catalogGroupId", Thing("price_type_group", "price_type_group", 101, "_"), PRICE),
    ("catalogGroupId", Thing("rounding_rule", "rounding_rule", 1, "_"), PRICE),
    ("iblockSectionId", SECTION, SECTION),
    ("propertyId", Thing("product_property_enum", "product_property_enum", 431, "xmlId"), PROPERTY),
    ("_owner", Thing("requisite_preset_field", "requisite_preset_field", "1:1", "_", key="{_owner}/{ID}"), PRESET),
    ("PARENT", DEPARTMENT, DEPARTMENT),
)  # fmt: skip
STORED = {"_owner": "_preset"}


def naming(desk: Desk, thing: Thing, field: str, number: int) -> list[Row]:
    name = STORED.get(field, field)
    return [row for row in rows_of(desk.portal, thing.table).all() if str(row.get(name)) == str(number)]


@pytest.mark.parametrize(
    ("field", "thing", "target"), REFERENCES, ids=lambda one: one.kind if isinstance(one, Thing) else one
)
def test_what_names_it_follows_it_in_the_same_restore_and_in_a_later_one(
    field: str, thing: Thing, target: Thing, desk: Desk
) -> None:
    whole = target.choice(desk, OLD, "Прежний")
    made = desk.puts_back(thing.choice(desk, OLD + 1, "Первый", **{field: OLD}), whole)
    assert [(line.kind, line.state) for line in lines(desk.actor, made) if line.state != "created"] == []
    new = next(line.new_key for line in lines(desk.actor, made) if line.key == whole.key)
    assert int(new) != OLD
    assert len(naming(desk, thing, field, int(new))) == 1
    if thing.name not in {"_", "entityType"}:
        desk.puts_back(thing.choice(desk, OLD + 2, "Второй", **{field: OLD}))
        assert len(naming(desk, thing, field, int(new))) == 2
    assert naming(desk, thing, field, OLD) == []


def test_what_belongs_to_something_that_is_gone_is_not_made_and_says_what_is_missing(desk: Desk) -> None:
    made = desk.previews(FIELD.choice(desk, OLD + 1, "Поле", personTypeId=OLD))
    (one,) = plan_of(desk.actor, made).operations
    assert (one.action, one.why.message) == (Action.CANNOT, PART_GONE)


def test_parents_are_made_before_what_stands_under_them_whatever_the_order_of_choice(desk: Desk) -> None:
    top, middle, low = (
        DEPARTMENT.choice(desk, OLD + place, name, PARENT=str(OLD + place - 1) if place else "1")
        for place, name in enumerate(("Магазин", "Склад", "Приёмка"))
    )
    made = desk.previews(low, middle, top)
    plan = plan_of(desk.actor, made)
    assert [one.name for one in plan.operations] == ["Магазин", "Склад", "Приёмка"]
    assert [pair.now for one in plan.operations for pair in one.pairs if pair.title == "department above it"][1:] == [
        "Магазин",
        "Склад",
    ]  # fmt: skip
    press(desk.actor, made)
    desk.run_jobs()
    ids = {line.name: line.new_key for line in lines(desk.actor, made)}
    table = desk.portal.tables["department"]
    assert table.get(ids["Приёмка"])["PARENT"] == ids["Склад"]  # type: ignore[index]


def test_what_was_made_together_is_taken_away_together(desk: Desk) -> None:
    before = {
        name: len(rows_of(desk.portal, name).all())
        for name in ("person_type", "order_property_group", "order_property")
    }
    made = desk.puts_back(
        PAYER.choice(desk, OLD, "Посредник"),
        GROUP.choice(desk, OLD, "Посреднику", personTypeId=OLD),
        FIELD.choice(desk, OLD, "Номер", personTypeId=OLD, propsGroupId=OLD),
    )  # fmt: skip
    back = desk.takes_back(made)
    assert [one.action for one in plan_of(desk.actor, back).operations] == [Action.REMOVE] * 3
    press(desk.actor, back)
    desk.run_jobs()
    assert {name: len(rows_of(desk.portal, name).all()) for name in before} == before
    assert stored(desk.actor, made).undone_at is not None


def test_a_group_with_a_field_that_came_since_is_not_taken_away(desk: Desk) -> None:
    made = desk.puts_back(GROUP.choice(desk, OLD, "Подарок"))
    group = lines(desk.actor, made)[0].new_key
    desk.portal.tables["order_property"].update(24, propsGroupId=int(group))
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    assert (one.action, one.why.values["count"]) == (Action.CANNOT, 1)


def test_what_was_put_back_and_renamed_since_is_not_made_twice(desk: Desk) -> None:
    choice = PRICE.choice(desk, OLD, "Оптовая старая")
    made = desk.puts_back(choice)
    desk.portal.tables["price_type"].update(int(lines(desk.actor, made)[0].new_key), name="Дилерская")
    again = plan_of(desk.actor, desk.previews(choice))
    assert [one.action for one in again.operations] == [Action.CHANGE]
