"""Reading tables: pages, filters with prefixes, order, select."""

import pickle
from typing import Any

import pytest

from sandbox.rest.listing import list_rows
from sandbox.rest.table import Table

GOODS: list[dict[str, Any]] = [
    {
        "ID": "1",
        "NAME": "Chair",
        "PRICE": "900.00",
        "ACTIVE": "Y",
        "DATE": "2026-01-05T10:00:00+03:00",
        "TAGS": [1, 2],
    },
    {
        "ID": "2",
        "NAME": "Table",
        "PRICE": "5000.00",
        "ACTIVE": "N",
        "DATE": "2026-02-05T10:00:00+03:00",
        "TAGS": [],
    },
    {
        "ID": "3",
        "NAME": "Armchair",
        "PRICE": "12000.00",
        "ACTIVE": True,
        "DATE": "2026-03-05T10:00:00+03:00",
        "TAGS": [2],
    },
    {"ID": "10", "NAME": "Lamp", "PRICE": None, "ACTIVE": False, "DATE": None, "TAGS": [3]},
]


@pytest.fixture
def table() -> Table:
    return Table([dict(row) for row in GOODS])


@pytest.fixture
def many() -> Table:
    return Table(ids=range(1, 100_001), build=lambda n: {"ID": n, "NAME": f"row {n}"})


def ids(table: Table, **wish: Any) -> str:
    return " ".join(str(row["ID"]) for row in list_rows(table, **wish).rows)


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({}, "1 2 3 10"),
        ({"ID": 3}, "3"),
        ({"ID": ["1", "3"]}, "1 3"),
        ({"@ID": {"0": "1", "1": "10"}}, "1 10"),
        ({"!@ID": ["1", "3"]}, "2 10"),
        ({"!ID": 1}, "2 3 10"),
        ({"!=ID": "1"}, "2 3 10"),
        ({">ID": 1, "<=ID": 3}, "2 3"),
        ({">=ID": "3"}, "3 10"),
        ({"<ID": "x"}, ""),
        ({"%NAME": "CHAIR"}, "1 3"),
        ({"!%NAME": "chair"}, "2 10"),
        ({"=%NAME": "%chair"}, "1 3"),
        ({"%=NAME": "chair%"}, "1"),
        ({"!=%NAME": "chair%"}, "2 3 10"),
        ({"!%=NAME": "chair%"}, "2 3 10"),
        ({">PRICE": 1000}, "2 3"),
        ({"PRICE": "900"}, "1"),
        ({"PRICE": ""}, "10"),
        ({"!PRICE": None}, "1 2 3"),
        ({"ACTIVE": "Y"}, "1 3"),
        ({"ACTIVE": False}, "2 10"),
        ({"ACTIVE": "true"}, "3"),
        ({">=DATE": "2026-02-05", "<DATE": "2026-03-01"}, "2"),
        ({">=DATE": "2026-03-05T07:00:00+00:00"}, "3"),
        ({"><PRICE": [900, 5000]}, "1 2"),
        ({"TAGS": 2}, "1 3"),
        ("nonsense", "1 2 3 10"),
    ],
)
def test_filters_by_prefix(table: Table, filter: Any, found: str) -> None:
    assert ids(table, filter=filter) == found


def test_ignores_fields_it_does_not_know(table: Table) -> None:
    assert ids(table, filter={"COLOUR": "red"}, known=["ID"]) == "1 2 3 10"
    assert ids(table, filter={"COLOUR": "red"}) == ""


def test_hides_rows_by_right(table: Table) -> None:
    seen = list_rows(table, where=lambda row: row["ACTIVE"] is not False)
    assert (len(seen.rows), seen.total) == (3, 3)


def test_sorts_by_several_fields(table: Table) -> None:
    assert ids(table, order={"PRICE": "desc"}) == "3 2 1 10"
    assert ids(table, order={"ACTIVE": "ASC", "NAME": "ASC"}, start=-1)[-1] == "1"
    assert ids(table, order={"ID": "DESC"}) == ids(table, order={"ID": "DESC"}, start=-1) == "10 3 2 1"


def test_selects_fields_and_those_always_there(table: Table) -> None:
    assert list_rows(table, select=["NAME"], always=["ID"]).rows[0] == {"ID": "1", "NAME": "Chair"}
    assert list_rows(table, select={"0": "*"}).rows[0] == GOODS[0]


def test_counts_and_points_to_the_next_page(many: Table) -> None:
    page = list_rows(many, start=50)
    assert (page.rows[0]["ID"], page.total, page.next()) == (51, 100_000, 100)
    assert list_rows(many, start=99_950).next() is None


def test_counts_nothing_after_minus_one(many: Table) -> None:
    page = list_rows(many, filter={">ID": 500}, order={"ID": "ASC"}, start=-1)
    assert (page.rows[0]["ID"], len(page.rows), page.total, page.next()) == (501, 50, None, None)


def test_builds_only_the_rows_of_a_page() -> None:
    built: list[int] = []
    table = Table(ids=range(1, 1001), build=lambda n: built.append(n) or {"ID": n})
    list_rows(table, filter={">ID": 500}, start=-1)
    list_rows(table, start=100)
    assert built == [*range(501, 551), *range(101, 151)]


def test_wraps_its_rows_when_told(table: Table) -> None:
    assert list(list_rows(table, wrap="items").result()) == ["items"]


def test_numbers_new_rows_and_forgets_deleted_ones(table: Table) -> None:
    assert table.add({"NAME": "Desk"})["ID"] == 11
    assert table.delete("11")
    assert not table.delete(11)
    assert ("11" in table, "10" in table, len(table)) == (False, True, 4)


@pytest.mark.parametrize(
    "given",
    [
        Table([{"ID": "1"}, {"ID": "7"}]),
        Table([{"ID": "7"}, {"ID": "1"}]),
        Table(ids=range(1, 8), build=dict),
    ],
    ids=["in order", "in no order", "built on demand"],
)
def test_a_number_is_never_given_again(given: Table) -> None:
    given.delete("7")
    kept: Table = pickle.loads(pickle.dumps(given))  # noqa: S301 - our own bytes
    assert (given.add({"NAME": "Desk"})["ID"], kept.next_id()) == (8, 8)


def test_changes_rows_that_were_not_built_yet(many: Table) -> None:
    assert many.update(7, NAME="seven") == {"ID": 7, "NAME": "seven"}
    assert (many.get("7") or {})["NAME"] == "seven"
    assert many.update(0, NAME="none") is None


def test_keeps_rows_with_words_for_ids() -> None:
    table = Table([{"CODE": "RUB"}, {"CODE": "EUR"}], key="CODE")
    assert [row["CODE"] for row in list_rows(table, order={"CODE": "ASC"}).rows] == ["EUR", "RUB"]
    assert list_rows(table, filter={">CODE": 5}).rows == []
    assert table.delete("RUB")
    assert table.next_id() == 1
