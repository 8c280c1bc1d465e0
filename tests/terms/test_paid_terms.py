"""Paid terms: written down, changed, confirmed and forgotten, with history, each in its own portal."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.terms.paid_terms import (
    add_paid_term,
    change_paid_term,
    confirm_paid_term,
    delete_paid_term,
    find_paid_term,
    get_paid_term,
    list_paid_terms,
    mark_pending,
    paid_term_history,
    set_paid_term,
    take_back_change,
)
from b24app.terms.term import Author, TermDraft
from tests.terms.conftest import AT, MARINA

END = date(2026, 12, 23)


def test_writes_down_who_said_the_date_and_when(portal):
    term = set_paid_term("plan", END, by=MARINA, at=AT, autopay=False, pays_by="partner")
    assert (term.ends_on, term.said_by, term.said_at) == (END, "Марина Ковалёва", AT)
    assert (term.autopay, term.pays_by, term.source) == (False, "partner", "person")


def test_a_second_word_about_the_plan_changes_the_same_term(portal):
    first = set_paid_term("plan", END, by=MARINA, at=AT)
    second = set_paid_term("plan", END + timedelta(days=1), by=Author(8, "Олег Дроздов"), at=AT)
    assert second.id == first.id
    assert len(list_paid_terms()) == 1
    assert second.said_by == "Олег Дроздов"


def test_adding_the_plan_twice_changes_it(portal):
    add_paid_term(TermDraft("plan", END), by=MARINA, at=AT)
    add_paid_term(TermDraft("plan", END, price=Decimal(6990)), by=MARINA, at=AT)
    assert [term.price for term in list_paid_terms()] == [Decimal(6990)]


def test_the_plan_comes_first_and_the_rest_by_kind_and_end(portal):
    add_paid_term(TermDraft("other", date(2026, 12, 1), "Домен"), by=MARINA, at=AT)
    add_paid_term(TermDraft("application", None, "Рассылки"), by=MARINA, at=AT)
    add_paid_term(TermDraft("application", date(2027, 1, 1), "Склад"), by=MARINA, at=AT)
    set_paid_term("plan", END, by=MARINA, at=AT)
    assert [term.title or term.kind for term in list_paid_terms()] == ["plan", "Склад", "Рассылки", "Домен"]


def test_history_tells_every_change_and_outlives_the_term(portal):
    term = set_paid_term("plan", END, by=MARINA, at=AT)
    change_paid_term(term.id, {"price": Decimal("6990.50")}, by=MARINA, at=AT)
    confirm_paid_term(term.id, by=MARINA, at=AT)
    delete_paid_term(term.id, by=MARINA, at=AT)
    lines = paid_term_history(term.id)
    assert [line.action for line in lines] == ["deleted", "confirmed", "changed", "added"]
    assert lines[2].changes == {"price": [None, "6990.50"]}


def test_a_portal_never_sees_terms_of_another(portal, other):
    term = set_paid_term("plan", END, by=MARINA, at=AT)
    with portal_scope(other.id):
        assert list_paid_terms() == ()
        assert paid_term_history() == ()
        with pytest.raises(NotFound):
            get_paid_term(term.id)


def test_nothing_changes_when_the_same_is_written_again(portal):
    term = set_paid_term("plan", END, by=MARINA, at=AT)
    set_paid_term("plan", END, by=MARINA, at=AT)
    assert [line.action for line in paid_term_history(term.id)] == ["added"]


def test_confirming_keeps_the_date_and_renews_the_trust(portal):
    term = set_paid_term("plan", END, by=MARINA, at=AT, source="portal")
    assert term.confirmed_at is None
    later = AT + timedelta(days=200)
    assert term.needs_confirming(later)
    confirmed = confirm_paid_term(term.id, by=MARINA, at=later)
    assert not confirmed.needs_confirming(later)
    assert confirmed.known_at == later


def test_a_later_end_is_a_renewal_and_ends_the_waiting(portal):
    term = set_paid_term("plan", END, by=MARINA, at=AT)
    assert mark_pending(term.id, date(2026, 12, 16), by=MARINA, at=AT).pending_since == date(2026, 12, 16)
    renewed = set_paid_term("plan", date(2027, 12, 23), by=MARINA, at=AT)
    assert (renewed.renewed_on, renewed.pending_since) == (AT.date(), None)


def test_an_unknown_date_stays_unknown_and_asks_to_be_confirmed(portal):
    assert set_paid_term("marketplace", None, by=MARINA, at=AT).needs_confirming(AT)
    assert find_paid_term("marketplace").ends_on is None
    assert find_paid_term("plan") is None


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("kind", TermDraft("spaceship")),
        ("ends_on", TermDraft("plan", date(2226, 12, 23))),
        ("title", TermDraft("application")),
        ("pays_by", TermDraft("plan", pays_by="neighbour")),
        ("price", TermDraft("plan", price=Decimal(-1))),
        ("period_months", TermDraft("plan", period_months=0)),
        ("currency", TermDraft("plan", currency="руб")),
    ],
)
def test_says_which_field_cannot_be_used(portal, field, draft):
    with pytest.raises(BadInput) as refusal:
        add_paid_term(draft, by=MARINA, at=AT)
    assert refusal.value.field == field
    assert list_paid_terms() == ()


def test_terms_survive_the_session(portal):
    set_paid_term("plan", END, by=MARINA, at=AT, price=Decimal("6990.00"))
    db.session.commit()
    db.session.expunge_all()
    assert find_paid_term("plan").price == Decimal("6990.00")


LATER, OLEG = AT + timedelta(days=3), Author(8, "Олег Дроздов")


def test_a_change_is_taken_back_with_who_had_said_it_and_when(portal):
    first = set_paid_term("plan", END, by=MARINA, at=AT, price=Decimal("83880.50"), note="счёт")
    change_paid_term(first.id, {"ends_on": END.replace(year=2027), "note": ""}, by=OLEG, at=LATER)
    take_back_change(paid_term_history(first.id)[0].id, by=OLEG, at=LATER)
    assert get_paid_term(first.id) == first


@pytest.mark.parametrize("verb", [confirm_paid_term, mark_pending])
def test_a_confirmation_and_a_purchase_are_taken_back(portal, verb):
    first = set_paid_term("plan", END, by=MARINA, at=AT)
    verb(first.id, *((END,) if verb is mark_pending else ()), by=OLEG, at=LATER)
    assert get_paid_term(first.id) != first
    take_back_change(paid_term_history(first.id)[0].id, by=OLEG, at=LATER)
    assert get_paid_term(first.id) == first


def test_a_new_term_is_taken_back_whole(portal):
    first = add_paid_term(TermDraft("other", END, title="Домен"), by=MARINA, at=AT)
    take_back_change(paid_term_history(first.id)[0].id, by=MARINA, at=LATER)
    assert list_paid_terms() == ()


def test_only_the_last_change_is_taken_back_and_only_once(portal, other):
    first = set_paid_term("plan", END, by=MARINA, at=AT)
    change_paid_term(first.id, {"note": "счёт"}, by=OLEG, at=LATER)
    last, added = paid_term_history(first.id)
    with pytest.raises(BadInput):
        take_back_change(added.id, by=OLEG, at=LATER)
    with portal_scope(other.id), pytest.raises(NotFound):
        take_back_change(last.id, by=OLEG, at=LATER)
    take_back_change(last.id, by=OLEG, at=LATER)
    with pytest.raises(BadInput):
        take_back_change(last.id, by=OLEG, at=LATER)
