"""Plans, prices, routes and rules of a region are a folder of data: a new one is seen without a line of code."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from b24app.plans import plan_catalogue
from b24app.plans.plan_catalogue import read_plans
from b24app.portals.model import Portal
from b24app.terms import sources
from b24app.terms.corrections import correct_fact, corrected_plans, current_plan
from b24app.terms.paid_terms import add_paid_term
from b24app.terms.payment_plan import Payments
from b24app.terms.policy import PolicyFile, read_policy
from b24app.terms.profile import get_profile
from b24app.terms.sources import read_data
from b24app.terms.term import TermDraft
from b24app.terms.working_days import CalendarFile
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
REGIONS = [path.name for path in sources.DATA.iterdir() if path.is_dir()]


@pytest.fixture
def new_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped plans and, in a folder of its own, a region of which no line of code knows."""
    folder = tmp_path / "plans"
    shutil.copytree(plan_catalogue.DATA, folder)
    (folder / "zz").mkdir()
    (folder / "zz" / "plans.toml").write_text(NEW, encoding="utf-8")
    monkeypatch.setattr(plan_catalogue, "DATA", folder)


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
    text = north.opens().get("/plan").text.replace("\u00a0", " ")
    assert "61 000 XTS" in text
    assert "732 000 XTS" in text  # a year
    assert "только цены России" not in text
    assert "₽" not in text


def test_the_prices_of_russia_are_those_of_russia_alone():
    assert (read_plans("ru").currency, read_plans("ru").find("std").fact("price").number) == ("RUB", 3990)
    assert read_plans("kz").currency == ""
    assert read_plans("kz").find("std").fact("price").used is None
    assert read_plans("kz").find("std").limit("users") == 50


def test_routes_and_rules_of_a_region_replace_only_what_its_files_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sources.DATA, tmp_path / "terms")
    monkeypatch.setattr(sources, "DATA", tmp_path / "terms")
    (tmp_path / "terms" / "yy").mkdir()
    claim = 'claims = [{ value = 7, source = "renew", checked = 2026-11-28, grade = "V" }]'
    (tmp_path / "terms" / "yy" / "policy.toml").write_text(
        f'[rules.cloud]\ngrace_days = {{ strict = "low", {claim} }}\n', encoding="utf-8"
    )
    (tmp_path / "terms" / "yy" / "payments.toml").write_text(
        '[routes.portal]\nmethods = ["card"]\n', encoding="utf-8"
    )
    policy = read_policy("cloud", "yy")
    assert (policy.grace_days, policy.days("window_days")) == (7, 30)
    routes = read_data(Payments, "payments.toml", "yy").routes
    assert (routes["portal"].methods, routes["partner"].methods) == (("card",), ("transfer", "card"))


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("name", "shape"),
    [("policy.toml", PolicyFile), ("payments.toml", Payments), ("calendar.toml", CalendarFile)],
)
def test_every_file_of_a_region_can_be_read(region: str, name: str, shape: type) -> None:
    if name != "calendar.toml" or (sources.DATA / region / name).exists():
        assert read_data(shape, name, region)


def test_a_slip_in_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "payments.toml").write_text('version = "x"\n[methods.card]\ninvoice = "perhaps"\n')
    with pytest.raises(ValidationError, match=r"methods\.card\.invoice"):
        read_data(Payments, "payments.toml", folder=tmp_path)
