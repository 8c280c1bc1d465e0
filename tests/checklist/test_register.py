"""The register: what is written down there is watched as far as anybody can."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.outside_checks import NO_ANSWER, NOT_PUBLIC, public_addresses
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses, Register, RegisterEntry
from b24app.checklist.engine.verdict import Level
from tests.checklist.conftest import Shop

TODAY = date(2026, 11, 30)
ENTRY = RegisterEntry("incoming_webhook", "Остатки", host="1c.example")


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (-1, Level.FAIL),
        (0, Level.WARN),
        (1, Level.WARN),
        (30, Level.WARN),
        (31, Level.PASS),
        (None, Level.PASS),
    ],
)
def test_a_term_is_watched_a_month_ahead(shop: Shop, days: int | None, level: Level) -> None:
    ends = None if days is None else TODAY + timedelta(days=days)
    shop.own["register"] = Register((replace(ENTRY, expires_on=ends),))
    assert shop.verdict("register_is_kept").level is level


@pytest.mark.parametrize("is_active", [True, False])
def test_an_owner_who_was_dismissed_is_told(shop: Shop, is_active: bool) -> None:
    owner = shop.portal.employee
    owner.active = is_active
    shop.own["register"] = Register((replace(ENTRY, owner_id=owner.id),))
    assert shop.verdict("register_is_kept").level is (Level.PASS if is_active else Level.WARN)


def test_an_owner_of_whom_the_portal_says_nothing_is_no_fault(shop: Shop) -> None:
    shop.own["register"] = Register((replace(ENTRY, owner_id=987654),))
    assert shop.verdict("register_is_kept").level is Level.PASS


def test_a_certificate_that_ends_soon_is_told(shop: Shop) -> None:
    seen = PublicAddress("1c.example", ok=True, days_of_certificate=3)
    shop.own |= {
        "register": Register((ENTRY,)),
        "public_addresses": PublicAddresses({}, {}, {"1c.example": seen}),
    }
    assert shop.verdict("register_is_kept").level is Level.WARN


@pytest.mark.parametrize(("problem", "level"), [(NO_ANSWER, Level.WARN), (NOT_PUBLIC, Level.PASS)])
def test_an_address_that_does_not_answer_is_told_unless_it_is_the_offices_own(
    shop: Shop, problem: str, level: Level
) -> None:
    seen = PublicAddress("1c.example", ok=False, problem=problem)
    shop.own |= {
        "register": Register((ENTRY,)),
        "public_addresses": PublicAddresses({}, {}, {"1c.example": seen}),
    }
    assert shop.verdict("register_is_kept").level is level


def test_it_says_how_many_addresses_were_looked_at(shop: Shop) -> None:
    seen = PublicAddress("1c.example", ok=True)
    shop.own |= {
        "register": Register((ENTRY, replace(ENTRY, host="far.example"), replace(ENTRY, host=""))),
        "public_addresses": PublicAddresses({}, {}, {"1c.example": seen}),
    }
    assert shop.verdict("register_is_kept").evidence[0].sentence.values == {"count": 1, "total": 2}


def test_what_was_written_down_is_looked_at_and_gets_no_request() -> None:
    asked: list[tuple[str, bool]] = []

    def look_at(host: str, _marks: object, ask_page: bool) -> PublicAddress:
        asked.append((host, ask_page))
        return PublicAddress(host, ok=True)

    found = public_addresses(Facts({"register": Register((ENTRY, replace(ENTRY, host="")))}), look_at)
    assert asked == [("1c.example", False)]
    assert set(found.registered) == {"1c.example"}
    assert not found.hosts
