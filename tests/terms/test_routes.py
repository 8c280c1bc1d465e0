"""Ways to renew and to pay, each with its source."""

from datetime import date

from b24app.terms.payment_plan import conditions_for, read_payments
from b24app.terms.policy import read_policy

PAYMENTS = read_payments()


def test_the_articles_three_routes_are_there():
    assert list(PAYMENTS.routes) == ["portal", "partner", "site"]
    assert [code for code, route in PAYMENTS.routes.items() if route.coupon] == ["partner"]


def test_autopay_is_impossible_through_a_partner():
    assert not PAYMENTS.routes["partner"].autopay


def test_the_slower_of_two_claims_is_counted():
    assert [PAYMENTS.methods[code].days.number for code in ("card", "transfer", "wallet")] == [1, 3, 1]


def test_wallets_are_doubtful_though_the_article_lists_them():
    works = PAYMENTS.methods["wallet"].works
    assert works.differ
    assert works.used.value is False


def test_discounts_are_the_articles_and_say_so():
    assert [(d.months, int(d.percent), d.claim.source) for d in PAYMENTS.discounts] == [
        (6, 5, "article"),
        (12, 10, "article"),
        (24, 15, "article"),
    ]


def test_periods_show_both_sources():
    assert [claim.value for claim in PAYMENTS.periods["cloud"].claims] == ["1, 12", "1, 3, 6, 12"]
    assert PAYMENTS.invoice_valid_days.number == 5


def test_conditions_take_the_days_of_the_method_unless_a_person_says_otherwise():
    cloud = read_policy("cloud")
    usual = conditions_for(date(2026, 12, 23), cloud, method="transfer")
    assert (usual.transfer_days, usual.invoice, usual.grace_days, usual.activation_days) == (3, True, 14, 0)
    card = conditions_for(date(2026, 12, 23), cloud, method="card", transfer_days=0, approval_days=1)
    assert (card.transfer_days, card.approval_days, card.invoice) == (0, 1, False)


def test_every_claim_names_a_listed_source():
    claims = [c for m in PAYMENTS.methods.values() for c in (*m.days.claims, *m.works.claims)]
    claims += [route.claim for route in PAYMENTS.routes.values()]
    assert {c.source for c in claims} | {d.claim.source for d in PAYMENTS.discounts} <= set(PAYMENTS.sources)
