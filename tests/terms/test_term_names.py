"""What a term is called: alone and inside a line, by its kind and by who told its date; and who confirmed it, in words."""

from datetime import date, timedelta

import pytest
from flask import Flask

from b24app.sources import Claim
from b24app.terms.date_suggestions import Suggestion, keep_suggestions
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.policy import read_policy
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author, TermKind
from b24app.terms.timeline import NAMES_INSIDE, name_inside
from b24app.text.messages import sentence
from b24app.text.translation import Translator
from tests.terms.conftest import AT, MARINA

END = date(2026, 12, 23)
PORTAL = Author(None, "")


def row_of(kind: str):
    return next(row for row in timeline_view(AT, AT.date()).rows if row.term.kind == kind)


def say(text: object) -> str:
    return Translator("ru").say(text)  # type: ignore[arg-type]


def test_the_date_of_telephony_that_the_portal_tells_is_that_of_the_sip_connector(portal):
    set_paid_term(TermKind.TELEPHONY, END, by=PORTAL, at=AT, source="portal")
    assert say(row_of("telephony").name) == "SIP-коннектор"


def test_what_a_person_calls_telephony_stays_telephony(portal):
    set_paid_term(TermKind.TELEPHONY, END, by=MARINA, at=AT)
    assert say(row_of("telephony").name) == "Телефония"


@pytest.mark.parametrize("name", sorted(set(NAMES_INSIDE) - {"“%(plan)s” plan", "SIP connector"}))
def test_inside_a_line_every_kind_begins_with_a_small_letter(app: Flask, name: str):
    with app.app_context():
        inside = say(name_inside(sentence(name)))
    assert inside[0] == inside[0].lower()
    assert inside.lower() in (say(name).lower(), "тариф")


def test_a_title_that_a_person_gave_stays_as_it_was_written(app: Flask):
    with app.app_context():
        assert say(name_inside(sentence("%(title)s", title="Домен shop.example"))) == "Домен shop.example"


def test_a_hint_that_agrees_is_said_to_be_the_portals_and_not_by_the_name_of_a_method(portal):
    set_paid_term(TermKind.MARKETPLACE, END, by=MARINA, at=AT)
    assert keep_suggestions((Suggestion("marketplace", END, "app.info"),), AT + timedelta(hours=1)) == 0
    source = say(row_of("marketplace").source)
    assert source.startswith("портал подтверждает")
    assert "app.info" not in source


def test_nobody_is_told_that_overdue_time_must_be_paid_for():
    fact = read_policy("cloud").fact("pays_overdue")
    assert fact.used is None
    own = Claim(source="invoice", grade="H", value=True)
    assert fact.corrected(own).used is own
