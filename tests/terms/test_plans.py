"""Plans: codes are read as documented, limits carry sources, unknown stays unknown."""

from datetime import date

import pytest

from b24app.plans.plan_catalogue import LicenseCode, parse_license, read_plans
from b24app.sources import Claim

PLANS = read_plans()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ru_std", LicenseCode("ru", "std")),
        ("RU_ENT10000", LicenseCode("ru", "ent10000")),
        ("by_selfhosted", LicenseCode("by", "selfhosted")),
        ("std", None),
        ("", None),
    ],
)
def test_reads_the_two_halves_of_a_license_code(text, code):
    assert parse_license(text) == code


def test_limits_agree_with_the_article_and_the_vendor():
    limits = [(p.code, p.limit("users"), p.limit("disk_gb")) for p in PLANS.offered()]
    assert limits == [("basic", 5, 24), ("std", 50, 100), ("pro100", 100, 1024), ("ent250", 250, 3072)]


def test_prices_are_the_articles_and_say_so():
    prices = {p.code: p.fact("price").used for p in PLANS.offered()}
    assert {code: claim.number for code, claim in prices.items()} == {
        "basic": 1990,
        "std": 3990,
        "pro100": 7990,
        "ent250": 13990,
    }
    assert {(claim.source, claim.grade, claim.checked) for claim in prices.values()} == {
        ("article", "A", None)
    }


def test_a_limit_that_nobody_stated_is_unknown_not_zero():
    assert PLANS.find("std").limit("pipelines") is None
    assert PLANS.find("std").fact("smart_processes").used is None
    assert PLANS.find("std").has("rest") is None


def test_an_unknown_code_is_no_plan_at_all():
    assert PLANS.find("nfr") is None


def test_families_stand_for_their_smallest_plan():
    assert (PLANS.find("pro").code, PLANS.find("ent").code) == ("pro100", "ent250")


def test_oversize_plans_count_their_seats_and_guess_nothing_else():
    plan = PLANS.find("ent2000")
    assert (plan.oversize, plan.limit("users"), plan.limit("disk_gb")) == (True, 2000, None)
    assert plan.fact("price").used is None
    assert plan not in PLANS.offered()


def test_a_correction_by_a_person_is_used_and_the_source_stays_beside_it():
    mine = Claim(6990, "person", date(2026, 11, 24), "H")
    price = PLANS.corrected([("std", "price", mine), ("nowhere", "price", mine)]).find("std").fact("price")
    assert price.number == 6990
    assert price.differ
    assert [claim.number for claim in price.known] == [3990, 6990]


def test_features_are_yes_no_or_unknown():
    assert PLANS.find("basic").has("business_processes") is False
    assert PLANS.find("std").has("business_processes") is True


def test_every_claim_names_a_listed_source():
    claims = [c for p in PLANS.plans.values() for f in p.facts.values() for c in f.claims]
    assert {claim.source for claim in claims} <= set(PLANS.sources)


def test_a_claim_grows_stale_after_a_year():
    claim = Claim(5, "users", date(2025, 11, 1), "V")
    assert claim.is_stale(date(2026, 11, 30))
    assert not claim.is_stale(date(2026, 10, 1))
    assert not Claim(5, "article", None, "A").is_stale(date(2026, 11, 30))
