"""Every writer: what is lost is made again as it was, what was changed gets its former value, and both can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action, RestoreChoice
from b24app.backup.restore.reasons import PART_GONE
from b24app.backup.restore.setting_uses import NOT_TOLD, USES
from b24app.text.messages import NOTHING
from sandbox.portal import Portal
from sandbox.shop.card_views import card_layout, set_card_layout
from sandbox.shop.further_settings import settings_table
from tests.actors import Actor
from tests.backup.restoring import Jobs, lines, plan_of, press, states, stored
from tests.backup.test_restore_rules import Desk

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind: where it lies in the portal, which row is lost, and what a change of it looks like."""

    kind: str
    table: str
    lost: Any
    changed: str = ""
    value: Any = None
    entity: str = ""
    key: str = "{id}"
    taken: bool = True


CASES = (
    Case(
        "crm_status", "status", "SOURCE:OZON", "NAME", "Озон", key="{ENTITY_ID}:{STATUS_ID}", taken=False
    ),
    Case("price_type", "price_type", 2, "name", "Wholesale", taken=False),
    Case("vat", "vat", 2, "name", "НДС 11%"),
    Case("store", "store", 2, "title", "Другой склад"),
    Case("measure", "measure", 4, "symbol", "кило"),
    Case("currency", "currency", "BYN", "AMOUNT", "29.0000", key="{CURRENCY}"),
    Case("order_status", "order_status", "S", "color", "#000000", key="{type}:{id}", taken=False),
    Case("checkout_field", "order_property", 24, "name", "Почтовый индекс", entity="order_property", key="field:{id}"),
    Case("product_property", "product_property", 98, "name", "Вес", taken=False),
    Case("product_property_enum", "product_property_enum", None, "value", "Другое", taken=False),
    Case("order_property_group", "order_property_group", 6, "name", "Данные фирмы"),
    Case("order_property_variant", "order_property_variant", 2, "name", "Ночь", taken=False),
    Case("order_property_relation", "order_property_relation", 1, key="{propertyId}:{entityType}:{entityId}"),
    Case("person_domain", "person_domain", 4, key="{personTypeId}:{domain}"),
    Case("rounding_rule", "rounding_rule", 1, "roundPrecision", 10),
    Case("price_type_group", "price_type_group", 103),
    Case("catalogue_section", "section", 33, "name", "Посуда и стекло", entity="catalogue_section_23"),
    Case("delivery_extra", "extra_service", "136", "NAME", "Лифт", key="{ID}", taken=False),
    Case("requisite_preset", "requisite_preset", "2", "NAME", "Предприниматель", key="{ID}"),
    Case("requisite_preset_field", "requisite_preset_field", "1:3", "SORT", 700, key="{_owner}/{ID}"),
    Case("numerator", "numerator", "3", taken=True),
    Case("user_field", "user_field", "301", "MANDATORY", "Y", entity="user_field_deal", key="deal:{FIELD_NAME}"),
)  # fmt: skip


def rows_of(portal: Portal, name: str) -> Any:
    return portal.tables[name] if name in portal.tables else settings_table(portal, name)


def row_of(portal: Portal, case: Case) -> Row:
    table = rows_of(portal, case.table)
    if case.table == "status":
        return next(dict(row) for row in table.all() if case.key.format(**row) == case.lost)
    if case.kind.startswith("order_property_"):  # they belong to a list that the shop does not ask for
        fields = portal.tables["order_property"]
        fields.add({**(fields.get(24) or {}), "id": 8, "name": "Время доставки", "type": "ENUM"})
    row = dict(table.get(case.lost) if case.lost is not None else table.all()[-1])
    owner = row.get("_preset", row.get("_delivery"))  # as the version of an entity of owners keeps it
    return row if owner is None else {**row, "_owner": str(owner)}


def choice_of(case: Case, row: Row, *only: str) -> RestoreChoice:
    key = case.key.format(**row)
    return RestoreChoice(case.kind, case.entity or case.kind, key, key, row, only=only)


def same(found: Sequence[Row], row: Row, *names: str) -> bool:
    return any(all(str(one.get(name)) == str(row.get(name)) for name in names) for one in found)


@pytest.fixture
def desk(first_checks: Actor, run_jobs: Jobs) -> Desk:
    return Desk(first_checks, run_jobs)


STABLE = {
    "status": ("ENTITY_ID", "STATUS_ID", "NAME", "SORT"),
    "price_type": ("name", "base", "sort"),
    "vat": ("name", "rate", "active"),
    "store": ("title", "address", "active", "issuingCenter"),
    "measure": ("code", "measureTitle", "symbol"),
    "currency": ("CURRENCY", "AMOUNT", "AMOUNT_CNT"),
    "order_status": ("id", "type", "notify", "sort", "color"),
    "order_property": ("name", "personTypeId", "type", "required"),
    "product_property": ("name", "iblockId", "propertyType", "code"),
    "product_property_enum": ("value", "propertyId", "xmlId"),
    "user_field": ("ENTITY_ID", "FIELD_NAME", "USER_TYPE_ID", "MANDATORY"),
    "order_property_group": ("name", "personTypeId", "sort"),
    "order_property_variant": ("name", "value", "orderPropsId"),
    "order_property_relation": ("entityId", "entityType", "propertyId"),
    "person_domain": ("personTypeId", "domain"),
    "rounding_rule": ("catalogGroupId", "price", "roundType", "roundPrecision"),
    "price_type_group": ("catalogGroupId", "groupId", "access"),
    "section": ("iblockId", "name", "iblockSectionId", "code", "xmlId", "sort"),
    "extra_service": ("NAME", "TYPE", "_delivery", "CODE", "ACTIVE"),
    "requisite_preset": ("NAME", "COUNTRY_ID", "ENTITY_TYPE_ID", "ACTIVE"),
    "requisite_preset_field": ("FIELD_NAME", "_preset", "SORT"),
    "numerator": ("name", "template"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.kind)
def test_what_is_lost_is_made_again_and_can_be_taken_back(case: Case, desk: Desk) -> None:
    row, table = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    table.delete(row[table.key])
    made = desk.puts_back(choice_of(case, row))
    assert [line.why or line.words for line in lines(desk.actor, made) if line.state != "created"] == []
    assert same(table.all(), row, *STABLE[case.table])
    again = desk.previews(choice_of(case, row))
    assert [one for one in plan_of(desk.actor, again).to_write if one.action is Action.CREATE] == []
    if case.taken:
        back = desk.takes_back(made)
        assert [(one.action, one.why) for one in plan_of(desk.actor, back).operations] == [
            (Action.REMOVE, NOTHING)
        ]
        press(desk.actor, back)
        desk.run_jobs()
        assert not same(table.all(), row, *STABLE[case.table])


@pytest.mark.parametrize("case", [one for one in CASES if one.changed], ids=lambda one: one.kind)
def test_what_was_changed_gets_its_former_value_and_back(case: Case, desk: Desk) -> None:
    row, table = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    table.update(row[table.key], **{case.changed: case.value})
    made = desk.puts_back(choice_of(case, row, case.changed))
    assert states(desk.actor, made) == ["changed"], [line.words for line in lines(desk.actor, made)]
    assert str(table.get(row[table.key])[case.changed]) == str(row[case.changed])
    back = desk.takes_back(made)
    press(desk.actor, back)
    desk.run_jobs()
    assert str(table.get(row[table.key])[case.changed]) == str(case.value)
    assert stored(desk.actor, back).state == RestoreState.DONE


def test_lost_values_of_a_list_come_back_and_the_others_keep_their_numbers(desk: Desk) -> None:
    table = desk.portal.tables["user_field"]
    row = dict(table.get("303"))  # type: ignore[arg-type]
    kept, lost = row["LIST"][:2], row["LIST"][2:]
    table.update("303", LIST=list(kept))
    choice = RestoreChoice(
        "user_field", "user_field_deal", f"deal:{row['FIELD_NAME']}", "Причина", row, only=("LIST",)
    )
    made = desk.puts_back(choice)
    assert states(desk.actor, made) == ["changed"]
    values = table.get("303")["LIST"]  # type: ignore[index]
    assert [one["VALUE"] for one in values] == [one["VALUE"] for one in [*kept, *lost]]
    assert values[:2] == kept
    assert [one.action for one in plan_of(desk.actor, desk.takes_back(made)).operations] == [Action.CANNOT]


def test_a_field_with_values_is_not_taken_back(desk: Desk) -> None:
    table = desk.portal.tables["user_field"]
    row = dict(table.get("301"))  # type: ignore[arg-type]
    table.delete("301")
    made = desk.puts_back(
        RestoreChoice("user_field", "user_field_deal", f"deal:{row['FIELD_NAME']}", "Комментарий", row)
    )
    deal = desk.portal.tables["deal"].ids[0]
    desk.portal.tables["deal"].update(deal, ufCrm_1700000001="Позвонить")
    plan = plan_of(desk.actor, desk.takes_back(made))
    assert plan.operations[0].action is Action.CANNOT


def test_a_site_is_taken_out_of_the_bin_and_published(desk: Desk) -> None:
    site = next(row for row in desk.portal.tables["site"].all())
    desk.portal.tables["site"].update(site["ID"], ACTIVE="N", DELETED="Y")
    choice = RestoreChoice("site", "site", str(site["ID"]), site["TITLE"], {"ACTIVE": "Y"})
    made = desk.puts_back(choice)
    assert states(desk.actor, made) == ["changed", "changed"]
    now = desk.portal.tables["site"].get(site["ID"])
    assert now is not None
    assert (now["ACTIVE"], now["DELETED"]) == ("Y", "N")
    back = desk.takes_back(made)
    press(desk.actor, back)
    desk.run_jobs()
    now = desk.portal.tables["site"].get(site["ID"])
    assert now is not None
    assert (now["ACTIVE"], now["DELETED"]) == ("N", "Y")


def test_an_open_line_is_switched_on_again(desk: Desk) -> None:
    line = next(iter(desk.portal.tables["openline"].all()))
    desk.portal.tables["openline"].update(line["ID"], ACTIVE="N")
    choice = RestoreChoice(
        "open_line", "open_line", str(line["ID"]), line["LINE_NAME"], {"ACTIVE": "Y"}, only=("ACTIVE",)
    )
    assert states(desk.actor, desk.puts_back(choice)) == ["changed"]
    assert desk.portal.tables["openline"].get(line["ID"])["ACTIVE"] == "Y"  # type: ignore[index]


def test_the_view_of_a_card_is_set_as_it_was_and_back(desk: Desk) -> None:
    then = [dict(one) for one in card_layout(desk.portal, 2, 0) or []]
    set_card_layout(desk.portal, 2, 0, then[:1])
    row: Row = {"where": {"entityTypeId": 2, "extras": {"dealCategoryId": 0}}, "data": then}
    made = desk.puts_back(RestoreChoice("card_layout", "card_layout_2", "2:0", "Сделки", row))
    assert states(desk.actor, made) == ["changed"], [line.words for line in lines(desk.actor, made)]
    assert [one["title"] for one in card_layout(desk.portal, 2, 0) or []] == [one["title"] for one in then]
    back = desk.takes_back(made)
    press(desk.actor, back)
    desk.run_jobs()
    assert len(card_layout(desk.portal, 2, 0) or []) == 1


def test_a_department_comes_back_under_its_parent(desk: Desk) -> None:
    table = desk.portal.tables["department"]
    row = dict(table.all()[-1])
    table.delete(row["ID"])
    made = desk.puts_back(RestoreChoice("department", "department", str(row["ID"]), row["NAME"], row))
    assert states(desk.actor, made) == ["created"], [line.words for line in lines(desk.actor, made)]
    assert same(table.all(), row, "NAME", "PARENT")


def test_only_what_an_application_brought_can_be_made_of_pay_systems(desk: Desk) -> None:
    table = desk.portal.tables["paysystem"]
    own, foreign = dict(table.get(7)), dict(table.get(2))  # type: ignore[arg-type]
    table.delete(7)
    table.delete(2)
    rows = (
        RestoreChoice("pay_system", "pay_system", str(one["ID"]), one["NAME"], one) for one in (own, foreign)
    )
    made = desk.puts_back(*rows)
    plan = plan_of(desk.actor, made)
    assert [(one.action, one.name) for one in plan.operations] == [
        (Action.CREATE, own["NAME"]),
        (Action.CANNOT, foreign["NAME"]),
    ]
    assert plan.operations[1].steps
    assert same(table.all(), own, "NAME", "ACTION_FILE", "PERSON_TYPE_ID")


def test_a_pay_system_without_its_payer_type_is_told_before_the_press(desk: Desk) -> None:
    table = desk.portal.tables["paysystem"]
    own = dict(table.get(7))  # type: ignore[arg-type]
    table.delete(7)
    row = {**own, "PERSON_TYPE_ID": "77"}
    made = desk.previews(RestoreChoice("pay_system", "pay_system", "7", own["NAME"], row))
    (one,) = plan_of(desk.actor, made).operations
    assert (one.action, one.why.message) == (Action.CANNOT, PART_GONE)


def test_payer_types_and_names_of_statuses_come_back(desk: Desk) -> None:
    table = desk.portal.tables["person_type"]
    table.add({"id": 9, "name": "ИП", "code": "SOLE", "sort": "120", "active": "Y", "xmlId": ""})
    row = dict(table.get(9))  # type: ignore[arg-type]
    table.delete(9)
    name = {"statusId": "RD", "lid": "ru", "name": "Возвращён", "description": ""}
    status: Row = {"id": "RD", "type": "O", "notify": "N", "sort": 60, "color": "#FF0000", "xmlId": None}
    made = desk.puts_back(
        RestoreChoice("person_type", "person_type", "9", "ИП", row),
        RestoreChoice("order_status", "order_status", "O:RD", "Возвращён", status),
        RestoreChoice("order_status_name", "order_status_name", "RD:ru", "Возвращён", name),
    )
    assert states(desk.actor, made) == ["created"] * 3, [line.words for line in lines(desk.actor, made)]
    assert same(table.all(), row, "name", "code")
    assert desk.portal.extra["status_names"] == [name]


def test_the_base_currency_is_left_to_a_person_with_its_steps(desk: Desk) -> None:
    row = {"CURRENCY": "USD", "BASE": "Y"}
    made = desk.previews(RestoreChoice("currency", "currency", "USD", "USD", row, only=("BASE",)))
    only = plan_of(desk.actor, made).operations[0]
    assert only.action is Action.CANNOT
    assert only.steps


def fill(desk: Desk, table: str, **fields: object) -> None:
    """Let an object use a setting."""
    rows = rows_of(desk.portal, table)
    rows.update(rows.ids[0], **fields)


@pytest.mark.parametrize(
    ("kind", "table", "user"),
    [
        ("vat", "product", "vatId"), ("measure", "product", "measure"), ("currency", "deal", "currencyId"),
        ("currency", "order", "currency"), ("currency", "price", "currency"),
        ("currency", "purchase", "currencyId"), ("currency", "company", "currencyId"),
    ],
)  # fmt: skip
def test_a_setting_that_is_used_since_is_not_taken_back(desk: Desk, kind: str, table: str, user: str) -> None:
    case = next(one for one in CASES if one.kind == kind)
    row, settings = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    settings.delete(row[settings.key])
    made = desk.puts_back(choice_of(case, row))
    new = lines(desk.actor, made)[0].new_key
    fill(desk, table, **{user: int(new) if new.isdigit() else new})
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    assert (one.action, one.why.plural) == (Action.CANNOT, USES[1])


def test_a_setting_stays_where_the_portal_does_not_tell_its_use(desk: Desk) -> None:
    case = next(one for one in CASES if one.kind == "currency")
    row, settings = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    settings.delete(row[settings.key])
    made = desk.puts_back(choice_of(case, row))
    desk.portal.withhold_right(desk.portal.admin, "catalog_read")
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    assert (one.action, one.why.message) == (Action.CANNOT, NOT_TOLD)


def test_a_product_property_stays_because_nobody_can_count_its_values(desk: Desk) -> None:
    case = next(one for one in CASES if one.kind == "product_property")
    row, settings = row_of(desk.portal, case), rows_of(desk.portal, case.table)
    settings.delete(row[settings.key])
    made = desk.puts_back(choice_of(case, row))
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    assert (one.action, one.why.message) == (Action.CANNOT, NOT_TOLD)
