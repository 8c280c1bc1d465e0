"""Totals compare what existed at the moment of the baseline: new records and goods hide nothing that is gone."""

from collections.abc import Callable

import pytest

from b24app.checklist.engine.catalogue_counts import changes_of_catalogue, prices_that_became_worse
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.record_counts import Fewer, Total, fewer_than, gravity_of
from b24app.checklist.engine.stored_facts import FactContent, load_facts_from
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.comparison.compare import Comparison, Difference, compare
from sandbox.portal import Portal
from tests.checklist.conftest import Shop
from tests.checklist.test_compare import COMPARED
from tests.checklist.test_losses import Damage, change, drop, drop_last, removed


def drop_first(table: str, count: int) -> Damage:
    def damage(portal: Portal) -> None:
        for row_id in list(portal.tables[table].ids)[:count]:
            portal.tables[table].delete(row_id)

    return damage


def new_rows(table: str, count: int) -> Damage:
    def add(portal: Portal) -> None:
        rows = portal.tables[table]
        sample, newest = rows.get(rows.ids[-1]) or {}, rows.ids[-1]
        for number in range(1, count + 1):
            rows.add({**sample, "id": newest + number})

    return add


def both(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


def compared(shop: Shop, damage: Callable[[Portal], object]) -> Comparison:
    before = shop.facts(*COMPARED)
    damage(shop.portal)
    return compare(before, shop.facts(*COMPARED, before=before))


@pytest.mark.parametrize("table", ["deal", "lead", "invoice", "purchase"])
def test_new_records_do_not_hide_deleted_ones(shop: Shop, table: str) -> None:
    found = shop.after("records_kept", both(drop_first(table, 30), new_rows(table, 40)))
    assert found.level is Level.FAIL


def test_the_numbers_of_the_loss_are_told(shop: Shop) -> None:
    (line,) = compared(shop, both(drop_first("deal", 300), new_rows("deal", 320))).changes
    assert line.kind.code == "crm_total"
    assert [(one.before, one.after) for one in line.fields] == [("2100", "1800")]


def test_new_goods_do_not_hide_deleted_ones(shop: Shop) -> None:
    damage = both(drop_first("product", 20), new_rows("product", 30))
    assert shop.after("goods_count_holds", damage).level is Level.FAIL


def test_merged_doubles_are_named_and_alarm_nobody(shop: Shop) -> None:
    (line,) = compared(shop, drop_first("company", 3)).changes
    assert (line.level, line.fields[0].before, line.fields[0].after) == (Level.PASS, "180", "177")
    assert shop.after("records_kept", drop_first("contact", 10)).level is Level.PASS


def test_a_quarter_of_the_companies_is_no_tidying(shop: Shop) -> None:
    assert shop.after("records_kept", drop_first("company", 45)).level is Level.FAIL


@pytest.mark.parametrize(
    ("kind", "was", "left", "level"),
    [
        ("deals", 2100, 2098, Level.PASS),
        ("deals", 2100, 2082, Level.WARN),
        ("orders", 7000, 6900, Level.FAIL),
        ("leads", 400, 399, Level.WARN),
        ("companies", 180, 177, Level.PASS),
        ("companies", 180, 170, Level.WARN),
        ("contacts", 2400, 2000, Level.FAIL),
    ],
)
def test_how_grave_a_loss_of_records_is(kind: str, was: int, left: int, level: Level) -> None:
    assert gravity_of(kind, Fewer(was, left)) is level


def test_a_count_of_another_baseline_is_not_taken_for_this_one() -> None:
    assert fewer_than(Total(100, 200), Total(110, 250, kept=80, kept_of=150)) is None
    assert fewer_than(Total(100, 200), Total(110, 250, kept=80, kept_of=200)) == Fewer(100, 80)
    assert fewer_than(Total(100, 200), Total(90, 250)) == Fewer(100, 90)


def test_a_snapshot_of_an_older_release_is_still_compared() -> None:
    kept = {
        "crm_totals": FactContent(b'{"totals":{"deals":{"count":10,"max_id":10}},"deals_30":1}'),
        "catalogue_totals": FactContent(b'{"products":320,"offers":240,"prices":480,"stock_rows":288}'),
    }
    old = load_facts_from(kept)
    totals = old.of(CrmTotals)
    assert totals is not None
    assert totals.totals["deals"] == Total(10, 10)
    was = old.of(CatalogueTotals)
    assert was is not None
    now = CatalogueTotals(300, 240, 480, 288, totals={"products": Total(300, 1520)})
    assert [(one.code, one.was, one.left) for one in changes_of_catalogue(was, now)] == [
        ("products", 320, 300)
    ]


def test_what_an_older_snapshot_did_not_know_is_neither_new_nor_lost(shop: Shop) -> None:
    """Releases before this one knew no fields of contacts, no elements of smart processes and no optional properties."""
    now = shop.facts(*COMPARED)
    old = Facts(
        {
            name: value
            for name, value in now.values.items()
            if name not in {"crm_fields", "smart_fields", "smart_totals", "order_totals", "stage_lists"}
        }
    )
    assert compare(old, now).changes == ()
    assert compare(now, old).of(Difference.LOST) == ()


def test_leads_that_are_off_are_one_line_and_not_five_lost_stages(shop: Shop) -> None:
    def without_leads(portal: Portal) -> None:
        statuses = portal.tables["status"]
        for row in [one for one in statuses.all() if one["ENTITY_ID"] == "STATUS"]:
            statuses.delete(row["ID"])

    assert [line.kind.code for line in compared(shop, without_leads).changes] == ["crm_mode"]
    before = shop.facts("stages")
    assert shop.verdict("stages_present", before).level is Level.PASS


def test_other_numbers_with_the_same_order_are_no_change(shop: Shop) -> None:
    def renumber(portal: Portal) -> None:
        for row in portal.tables["status"].all():
            portal.tables["status"].update(row["ID"], SORT=str(int(row["SORT"]) * 10))

    assert shop.after("stages_same", renumber).level is Level.PASS
    assert compared(shop, lambda portal: portal.tables["status"].update("2", SORT="35")).changes != ()


@pytest.mark.parametrize(
    ("code", "damage"),
    [
        ("deal_fields_present", change("user_field", "301", EDIT_FORM_LABEL="Другая подпись")),
        (
            "processes_present",
            change("bp_template", "201", NAME="Иначе", MODIFIED="2026-11-30T10:00:00+03:00"),
        ),
        ("money_settings_same", change("currency", "USD", AMOUNT="95.0000")),
        ("disk_visible", change("storage", "3", NAME="Диск компании")),
        ("goods_count_holds", drop_last("store_product", 30)),
        ("pipelines_present", change("category", 1, name="Крупный опт")),
    ],
)
def test_ordinary_life_alarms_nobody(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.PASS


def test_a_disk_of_which_only_people_are_shown_is_told_without_a_snapshot(shop: Shop) -> None:
    shop.portal.tables["storage"].delete("3")
    assert shop.verdict("disk_visible").level is Level.WARN


def test_gifts_cost_nothing_and_a_catalogue_of_gifts_is_a_fault(shop: Shop) -> None:
    for price_id in list(shop.portal.tables["price"].ids)[:10]:
        shop.portal.tables["price"].update(price_id, price=0)
    assert shop.verdict("goods_have_prices").level is Level.PASS
    for price_id in list(shop.portal.tables["price"].ids)[:60]:
        shop.portal.tables["price"].update(price_id, price=0)
    assert shop.verdict("goods_have_prices").level is Level.WARN


def test_the_stages_of_a_smart_process_are_called_by_its_pipeline(shop: Shop) -> None:
    shop.portal.tables["category"].update(7, name="Главная")
    lists = shop.facts("stage_lists").values["stage_lists"]
    row = next(one for one in lists.rows if one.id == "DYNAMIC_177_STAGE_7")
    assert (row.category_name, row.name) == ("Главная", "Закупка у поставщиков (Главная)")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (removed("pipeline", 1), "pipeline"),
        (removed("delivery", 4), "delivery"),
        (drop("crm_type", 12), "smart_process"),
    ],
)
def test_what_goes_with_its_owner_is_one_line(shop: Shop, damage: Damage, kind: str) -> None:
    assert [line.kind.code for line in compared(shop, damage).of(Difference.LOST)] == [kind]


def test_a_new_pipeline_is_one_line_too(shop: Shop) -> None:
    def add(portal: Portal) -> None:
        row = portal.tables["category"].get(1) or {}
        portal.tables["category"].add({**row, "id": 9, "name": "Маркетплейсы"})
        stage = next(one for one in portal.tables["status"].all() if one["ENTITY_ID"] == "DEAL_STAGE_1")
        portal.tables["status"].add(
            {**stage, "ID": "9001", "ENTITY_ID": "DEAL_STAGE_9", "STATUS_ID": "C9:NEW"}
        )

    assert [line.kind.code for line in compared(shop, add).of(Difference.NEW)] == ["pipeline"]


def test_values_added_to_a_list_are_no_difference_and_lost_ones_are_named(shop: Shop) -> None:
    values = (shop.portal.tables["user_field"].get("303") or {})["LIST"]
    more = [*values, {**values[0], "ID": "9001", "VALUE": "Другое"}]
    assert compared(shop, change("user_field", "303", LIST=more)).changes == ()
    (line,) = compared(shop, change("user_field", "303", LIST=more[1:])).changes
    assert (line.level, line.fields[0].before) == (Level.WARN, values[0]["VALUE"])


def counts(products: int, offers: int, base_prices: int) -> CatalogueTotals:
    return CatalogueTotals(products, offers, base_prices, base_prices=base_prices)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (counts(320, 240, 480), counts(320, 240, 240), ["base_prices"]),
        (counts(320, 0, 320), counts(340, 0, 320), ["base_prices"]),
        (counts(320, 240, 480), counts(370, 390, 630), []),
        (counts(320, 0, 320), counts(340, 0, 340), []),
    ],
    ids=["half is gone", "new goods without a price", "new goods with variations", "new goods with prices"],
)
def test_goods_that_come_must_bring_their_prices(
    was: CatalogueTotals, now: CatalogueTotals, told: list[str]
) -> None:
    assert [one.code for one in prices_that_became_worse(was, now)] == told


@pytest.mark.parametrize("damage", [change("vat", 3, rate=5), change("vat", 3, active="N"), drop("vat", 3)])
def test_a_changed_vat_is_a_remark_in_the_check_and_in_the_comparison(shop: Shop, damage: Damage) -> None:
    before = shop.facts(*COMPARED)
    (line,) = compared(shop, damage).changes
    assert (line.kind.code, line.level) == ("vat", Level.WARN)
    assert shop.verdict("money_settings_same", before).level is line.level
