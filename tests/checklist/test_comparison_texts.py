"""What a reader of the comparison gets: words for every kind, field and difference, and never a code of the portal."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from flask import Flask
from flask_babel import force_locale

from b24app.checklist.engine.fact import FactRefusal, Reason
from b24app.checklist.engine.verdict import Level, sentence
from b24app.comparison.compare import Change, Difference
from b24app.comparison.object_changes import changes_of
from b24app.comparison.resource import (
    NOT_SEEN,
    Field,
    Objects,
    Resource,
    ResourceKind,
    Shown,
    declared_fields,
    load_resources,
    resources_of,
)
from b24app.reports.comparison_texts import (
    apart,
    change_advice,
    change_link,
    change_name,
    change_place,
    change_states,
    unchanged_texts,
)
from b24app.text.translation import translate
from tests.checklist.conftest import Shop

CODES = re.compile(
    r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\bC[A-Z][a-z]+[A-Z]\w+|\d{4}-\d\d-\d\d|T\d\d:\d\d|\b[a-z0-9]+_[a-z0-9_]+\b|/bitrix/"
    r"|\b(?:crm|sale|im|user|catalog|bizproc|event|placement)\.[a-z.]+|\bON[A-Z]{6,}|: (?:\d+(?:, \d+)*|[YNSFP])(?:;|$)"
    r"|\b(?:string|enumeration|double|boolean|datetime|STORE|PAGE|DEAL|LEAD)\b|%\("
)
NUMBERS = {"count", "max_id", "rate", "order", "value", "zero_prices", "kept"}


def every_change(kind: ResourceKind, objects: Objects) -> Iterator[Change]:
    """Each difference of the first objects of a kind, and each field with every value that the shop has for it."""
    real = {key: one for key, one in objects.items() if one is not NOT_SEEN}
    for key, one in islice(real.items(), 6):
        yield from changes_of(kind, {key: one}, {})
        yield from changes_of(kind, {key: replace(one, on=True)}, {key: replace(one, on=False)})
        yield from changes_of(kind, {key: replace(one, on=False)}, {key: replace(one, on=True)})
        yield from changes_of(kind, {}, {key: one})
        yield from changes_of(kind, {key: one}, {f"{key}9": one})
        yield from _altered(kind, key, one, real)


def _altered(kind: ResourceKind, key: str, one: Resource, real: Objects) -> Iterator[Change]:
    for name in one.fields:
        others = {other.fields[name]: other for other in real.values() if name in other.fields}
        for value, other in islice(others.items(), 12):
            now = replace(
                one, fields={**one.fields, name: value}, shown={**one.shown, name: other.shown.get(name, "")}
            )
            yield from changes_of(kind, {key: one}, {key: now})
        unset = replace(one, fields={**one.fields, name: "" if name not in NUMBERS else "0"}, shown={})
        if kind.rule is None and name != "order":
            yield from changes_of(kind, {key: one}, {key: unset})


def texts_of(change: Change) -> str:
    """All that the line says, but for the name that the portal itself gives the object."""
    parts = [change_name(change), change_place(change), *change_states(change), change_advice(change)]
    return "\n".join(parts).replace(change.name, "…") if change.name else "\n".join(parts)


def shop_changes(shop: Shop) -> Iterator[Change]:
    found = resources_of(shop.facts())
    for kind in load_resources().values():
        yield from every_change(kind, found.get(kind.code, {}))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_code_reaches_a_reader(app: Flask, shop: Shop, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        told = {
            f"{change.kind.code} {change.difference}: {code[0]!r} in {text!r}"
            for change in shop_changes(shop)
            if (code := CODES.search(text := texts_of(change)))
            and not {one.field for one in change.fields} & NUMBERS
        }
    assert sorted(told) == []


def test_every_kind_and_difference_is_walked_through(shop: Shop) -> None:
    found = resources_of(shop.facts())
    walked = {(change.kind.code, change.difference) for change in shop_changes(shop)}
    kinds = [code for code, objects in found.items() if any(one is not NOT_SEEN for one in objects.values())]
    assert len(kinds) > 25
    expected = (Difference.LOST, Difference.OFF, Difference.NEW)
    assert {(code, difference) for code in kinds for difference in expected} <= walked
    assert sum(difference is Difference.REPLACED for _, difference in walked) > 20


def test_a_line_is_advised_by_its_kind_and_difference(app: Flask, shop: Shop) -> None:
    """What is lost or replaced by what depends on it, what is altered by its fields too."""
    with app.test_request_context(), force_locale("ru"):
        said: dict[str, set[object]] = {}
        for change in shop_changes(shop):
            about = (change.title or change.kind.title, change.difference is Difference.REPLACED)
            if change.difference in {Difference.LOST, Difference.OFF, Difference.REPLACED}:
                said.setdefault(change_advice(change), set()).add(about)
    assert {text: lines for text, lines in said.items() if len(lines) > 1} == {}


@pytest.mark.parametrize("reason", list(Reason))
def test_what_could_not_be_seen_is_explained_without_codes(app: Flask, reason: Reason) -> None:
    no = FactRefusal(reason, "QUERY_LIMIT_EXCEEDED", "Too many", needs=("pay_system",))
    kind = load_resources()["pay_system"]
    with app.test_request_context(), force_locale("ru"):
        text = texts_of(Change(kind, "", "", "", Difference.UNKNOWN, Level.UNKNOWN, (), no))
    assert (
        CODES.search(text.replace("B24APP_TRUSTED_HOSTS", "")) is None
    )  # a setting of our server, for its operator


STAGE = load_resources()["stage"]
WORDS = {"S": "success", "": "in progress"}
KIND = replace(
    STAGE,
    rule=None,
    fields=declared_fields(
        {
            "plain": "title",
            "settings": "settings",
            "word": Field("meaning", words=WORDS),
            "at": Field("edited", Shown.MOMENT),
            "who": Field("who answers", Shown.PEOPLE),
            "list": "values",
        }
    ),
)


@pytest.mark.parametrize(
    ("field", "values", "drawn"),
    [
        ("plain", ("yes", "no"), ("title: yes", "title: no")),
        ("plain", ("", "Курьер"), ("title: not set", "title: Курьер")),
        ("settings", ("a1", "b2"), ("settings: values are not kept", "settings: changed")),
        ("word", ("", "S"), ("meaning: in progress", "meaning: success")),
        ("word", ("S", "APOLOGY"), ("meaning: success", "meaning: another value")),
        ("word", ("X", "Y"), ("meaning: another value", "meaning: another one")),
        ("at", ("", "2026-11-29T10:00:00+03:00"), ("edited: not set", "edited: 29 November 2026, 10:00")),
        ("who", ("1", "1, 7"), ("who answers: 1 employee", "who answers: 2 employees")),
        ("who", ("1", "7"), ("who answers: 1 employee", "who answers: another one")),
        ("list", ("a; b; c; d", "a; c; d; e"), ("values: b", "values: e")),
    ],
)
def test_a_value_is_drawn_as_its_field_declares(
    app: Flask, field: str, values: tuple[str, str], drawn: tuple[str, str]
) -> None:
    old, new = (Resource("Новая", "", {field: value}) for value in values)
    (change,) = changes_of(KIND, {"1": old}, {"1": new})
    with app.test_request_context(), force_locale("en"):
        assert tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in change_states(change)) == drawn


def test_objects_of_one_name_are_told_apart(app: Flask) -> None:
    couriers = {"4": Resource("Курьер", "", {}), "5": Resource("Курьер", "", {}, tells="by night")}
    with app.test_request_context(), force_locale("en"):
        names = [change_name(change) for change in changes_of(KIND, couriers, {})]
    assert [name.partition(" “")[2] for name in names] == ["Курьер” (№ 4)", "Курьер” (by night)"]


def test_an_object_without_a_name_is_told_by_its_number(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        (change,) = changes_of(KIND, {"4": Resource("", "", {})}, {})
        assert change_name(change).endswith("(№ 4)")
        assert translate(sentence("Gone: %(names)s", names=("", "Card")), str) == "Gone: without a name, Card"


def test_a_replacement_is_one_line_with_both_names(app: Flask) -> None:
    old = {"4": Resource("Картой", "", {"plain": "a"}, role="card")}
    new = {"9": Resource("Картой (новая)", "", {"plain": "b"}, role="card", on=False)}
    (change,) = changes_of(KIND, old, new)
    with app.test_request_context(), force_locale("en"):
        assert change.difference is Difference.REPLACED
        assert change_states(change) == ("Картой; title: a", "Картой (новая); off; title: b")


def test_an_object_may_have_a_page_of_its_own() -> None:
    (change,) = changes_of(replace(KIND, link="/crm/"), {"1": Resource("a", "", {}, link="/crm/1/")}, {})
    assert change_link(change) == "/crm/1/"


def test_a_long_text_is_cut() -> None:
    assert apart("x" * 500, "y")[0] == "x" * 160 + "…"


def test_counts_say_what_else_a_kind_holds(app: Flask) -> None:
    with app.test_request_context(), force_locale("ru"):
        texts = unchanged_texts({"pipeline": 5, "stage": 59, "store": 2})
    assert texts == (
        "Воронки сделок, счетов и смарт-процессов: 5",
        "Стадии и значения справочников CRM: 59",
        "Склад: 2",
    )
