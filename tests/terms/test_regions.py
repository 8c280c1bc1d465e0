"""Plans, prices, routes and rules of a region are a folder of data: a new one is seen without a line of code, a slip is named."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from b24app import sources
from b24app.factory import create_app
from b24app.plans.plan_catalogue import read_plans
from b24app.portals.model import Portal
from b24app.settings import Settings
from b24app.sources import BadDataFile, read_data
from b24app.terms.corrections import correct_fact, corrected_plans, current_plan
from b24app.terms.paid_terms import add_paid_term
from b24app.terms.payment_plan import Payments
from b24app.terms.policy import read_policy
from b24app.terms.profile import get_profile
from b24app.terms.region_files import data_files, read_all_files, read_file
from b24app.terms.term import TermDraft
from tests.actors import Actor
from tests.terms.conftest import AT, MARINA

NEW = """
currency = "XTS"

[sources]
list = { title = "Прайс-лист", en = "Price list" }

[plans.std.facts]
price = [{ value = 61000, source = "list", checked = 2026-11-28, grade = "V" }]

[plans.start]
title = "Start"
rank = 1

[plans.start.facts]
users = [{ value = 3, source = "list", checked = 2026-11-28, grade = "V" }]
"""
FILES = [path.relative_to(sources.DATA).as_posix() for path in data_files(sources.DATA)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped data, and in it the folder of a region of which no line of code knows."""
    folder = tmp_path / "data"
    shutil.copytree(sources.DATA, folder)
    (folder / "zz").mkdir()
    monkeypatch.setattr(sources, "DATA", folder)
    return folder


@pytest.fixture
def new_region(folder: Path) -> None:
    """The new region has plans of its own."""
    (folder / "zz" / "plans.toml").write_text(NEW, encoding="utf-8")


@pytest.mark.usefixtures("new_region")
class TestANewRegion:
    @pytest.fixture(autouse=True)
    def licence(self, portal: Portal) -> None:
        portal.plan_code = "zz_std"

    def test_has_its_prices_currency_and_sources(self):
        plan, table = current_plan(), corrected_plans(get_profile())
        price = plan.fact("price").used
        assert (price.number, price.source, price.checked, price.grade) == (
            61000,
            "list",
            date(2026, 11, 28),
            "V",
        )
        assert (table.currency, table.sources["list"].en) == ("XTS", "Price list")

    def test_has_plans_of_its_own_beside_those_of_every_region(self):
        table = corrected_plans(get_profile())
        assert [plan.code for plan in table.offered()] == ["basic", "start", "std", "pro100", "ent250"]
        assert table.find("start").limit("users") == 3
        assert table.find("std").limit("users") == 50

    def test_knows_no_price_that_its_file_does_not_state(self):
        assert corrected_plans(get_profile()).find("pro100").fact("price").used is None

    def test_gives_its_currency_to_new_terms_and_corrections(self):
        assert add_paid_term(TermDraft("plan"), by=MARINA, at=AT).currency == "XTS"
        own = correct_fact("std", "price", "59000", reason="invoice", by=MARINA, at=AT)
        assert (own.currency, current_plan().fact("price").number) == ("XTS", 59000)


@pytest.mark.usefixtures("new_region")
def test_the_page_of_plan_and_money_counts_in_the_currency_of_the_region(north: Actor) -> None:
    north.portal.plan = "zz_std"
    text = north.opens().get("/money/plan").text.replace("\u00a0", " ")
    assert "61 000 XTS" in text
    assert "732 000 XTS" in text  # a year
    assert "₽" not in text


def test_the_prices_of_russia_are_those_of_russia_alone():
    assert (read_plans("ru").currency, read_plans("ru").find("std").fact("price").number) == ("RUB", 3990)
    assert read_plans("zz").currency == ""
    assert read_plans("zz").find("std").fact("price").used is None
    assert read_plans("zz").find("std").limit("users") == 50


@pytest.mark.parametrize(("region", "currency"), [("by", "BYN"), ("kz", "KZT"), ("", "")])
def test_no_rouble_stands_outside_russia(region: str, currency: str) -> None:
    table = read_plans(region)
    assert table.currency == currency
    assert not [plan.code for plan in table.plans.values() if plan.price is not None]
    assert table.find("std").limit("users") == 50


def test_a_licence_without_a_region_has_no_prices_of_russia(portal: Portal) -> None:
    portal.plan_code = "something"
    assert get_profile().price_region == ""
    assert corrected_plans(get_profile()).currency == ""


def test_prices_in_two_currencies_are_never_added_up(portal: Portal) -> None:
    portal.plan_code = "ru_std"
    correct_fact("std", "price", "61000", reason="invoice", by=MARINA, at=AT, currency="KZT")
    table = corrected_plans(get_profile())
    assert (table.currency, table.find("std").price, table.find("pro100").price) == ("KZT", 61000, None)


def test_routes_and_rules_of_a_region_replace_only_what_its_files_name(folder: Path) -> None:
    claim = 'claims = [{ value = 7, source = "renew", checked = 2026-11-28, grade = "V" }]'
    (folder / "zz" / "policy.toml").write_text(
        f'[rules.cloud]\ngrace_days = {{ strict = "low", {claim} }}\n', encoding="utf-8"
    )
    (folder / "zz" / "payments.toml").write_text('[routes.portal]\nmethods = ["card"]\n', encoding="utf-8")
    policy = read_policy("cloud", "zz")
    assert (policy.grace_days, policy.days("window_days")) == (7, 30)
    routes = read_data(Payments, "payments.toml", "zz").routes
    assert (routes["portal"].methods, routes["partner"].methods) == (("card",), ("transfer", "card"))


def test_the_files_of_every_region_are_found() -> None:
    assert {"plans.toml", "policy.toml", "payments.toml", "regions.toml", "ru/plans.toml"} <= set(FILES)
    assert len(FILES) == len(list(sources.DATA.rglob("*.*")))


@pytest.mark.parametrize("name", FILES)
def test_every_data_file_can_be_read(name: str) -> None:
    assert read_file(sources.DATA / name, sources.DATA)


PRICE = '[plans.std.facts]\nprice = [{{ value = 61000, source = "{source}", grade = "{grade}" }}]\n'
SLIPS = [
    ("zz/plans.toml", 'curr = "KZT"', "curr: unknown key"),
    ("zz/plans.toml", "[plans.std.fact]\nprice = []", "plans.std.fact: unknown key"),
    ("zz/plans.toml", "[plans.std.facts]\nprise = []", "plans.std: .*unknown in facts: prise"),
    (
        "zz/plans.toml",
        PRICE.format(source="lost", grade="V"),
        "plans.std.facts.price.0: unknown source 'lost'",
    ),
    ("zz/plans.toml", PRICE.format(source="users", grade="Q"), "plans.std.facts.price.0.grade: "),
    ("zz/plans.toml", 'currency = "tenge"', "currency 'tenge'"),
    ("zz/plans.toml", "[plans.start]\nrank = 1", "plans.start.title: "),
    ("zz/plans.toml", "currency = KZT", "Invalid value"),
    ("zz/policy.toml", "[rules.clowd]", "there is no kind 'clowd'"),
    ("zz/policy.toml", "[rules.cloud.grase_days]", "rules.cloud: unknown grase_days"),
    ("zz/payments.toml", '[methods.card]\ninvoice = "perhaps"', "methods.card.invoice: "),
    (
        "zz/payments.toml",
        '[routes.portal]\nmethods = ["pigeon"]',
        "routes.portal.methods: there is no method pigeon",
    ),
    (
        "zz/payments.toml",
        '[periods]\ncloud = { claims = [{ value = "a year", source = "transition", grade = "V" }] }',
        "invalid literal for int",
    ),
    ("zz/calendar.toml", "checked = 2026-11-28\noff = []\non = []", "knows no country 'zz'"),
    ("zz/plan.toml", 'currency = "KZT"', "no data file has this name"),
    ("regions.toml", 'far = ["zz"]', "near: |far: unknown key"),
]


@pytest.mark.parametrize(("name", "text", "problem"), SLIPS)
def test_a_slip_in_a_file_stops_the_start_and_is_named(
    folder: Path, settings: Settings, name: str, text: str, problem: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadDataFile, match=rf"data/{name}: .*({problem})"):
        create_app(settings)


def test_a_new_region_without_a_slip_stops_nothing(new_region: None) -> None:
    read_all_files()
