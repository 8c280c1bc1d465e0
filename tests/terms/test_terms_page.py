"""The editor of paid terms in a browser's words: works, bad input, another portal, not allowed."""

from datetime import date

import pytest

from b24app.comparison.after_activation import after_steps
from b24app.database import db, portal_scope
from b24app.terms.paid_terms import list_paid_terms, set_paid_term
from b24app.terms.term import Author, Term
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

PLAN = {"kind": "plan", "ends_on": "2026-12-23", "price": "83 880", "period_months": "12", "autopay": "no"}


def only_term(actor: Actor) -> Term:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        (term,) = list_paid_terms()
    return term


def test_a_term_is_written_down(north: Actor, north_admin: Opened) -> None:
    assert north_admin.post("/money/terms", **PLAN).status_code == 200
    term = only_term(north)
    assert (str(term.ends_on), term.price, term.period_months, term.autopay) == (
        "2026-12-23",
        83880,
        12,
        False,
    )


def test_a_date_may_be_typed_the_russian_way(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN | {"ends_on": "3.2.2027"})
    assert str(only_term(north).ends_on) == "2027-02-03"


@pytest.mark.parametrize(
    ("field", "value"),
    [("ends_on", "31.11.2026"), ("ends_on", "2226-01-01"), ("price", "a lot"), ("price", "-1"), ("period_months", "0"),
     ("currency", "roubles"), ("kind", "pigeon"), ("pays_by", "pigeon")],
)  # fmt: skip
def test_a_wrong_field_comes_back_with_the_form(north_admin: Opened, field: str, value: str) -> None:
    answer = north_admin.post("/money/terms", **PLAN | {field: value, "note": "keep me"})
    assert answer.status_code == 422
    assert "keep me" in answer.text
    assert 'role="alert"' in answer.text


def test_a_term_is_changed_confirmed_bought_and_deleted(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    path = f"/money/terms/{only_term(north).id}"
    assert "2026-12-23" in north_admin.get("/money/terms", edit=only_term(north).id).text  # the field
    assert "последний оплаченный день: 23 декабря 2026" in north_admin.get("/money/terms").text.replace(
        "\xa0", " "
    )
    north_admin.post(path, **PLAN | {"ends_on": "2027-12-23"})
    assert str(only_term(north).ends_on) == "2027-12-23"
    assert north_admin.post(path, **PLAN | {"ends_on": "soon"}).status_code == 422
    north_admin.post(f"{path}/confirm")
    north_admin.post(f"{path}/pending")
    assert only_term(north).pending_since is not None
    north_admin.post(f"{path}/pending")
    assert only_term(north).pending_since is None
    assert north_admin.post(f"{path}/delete").status_code == 200
    assert "23 декабря 2027" in north_admin.get("/money/terms").text.replace("\xa0", " ")  # the history stays


def test_a_press_takes_the_last_change_back(north: Actor, north_admin: Opened, south_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    term = only_term(north)
    text = north_admin.post(f"/money/terms/{term.id}", ends_on="2027-01-23").text
    undo = text.split("/money/terms/changes/")[1].split('"')[0]
    path = f"/money/terms/changes/{undo}"
    assert only_term(north).price == term.price  # what the row does not show stays
    assert south_admin.post(path).status_code == 404
    assert north_admin.post(path).status_code == 200
    assert only_term(north) == term
    assert north_admin.post(path).status_code == 422
    assert "отменено" in north_admin.get("/money/terms").text


def test_a_press_that_changes_nothing_offers_no_way_back_from_an_earlier_change(
    north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/money/terms", **PLAN)
    path = f"/money/terms/{only_term(north).id}"
    north_admin.post(path, ends_on="2026-12-30")
    text = north_admin.post(path, ends_on="2026-12-30").text
    assert "/money/terms/changes/" not in text
    assert "Ничего не изменилось" in text
    assert (
        "/money/terms/changes/"
        not in north_admin.post("/money/terms", **PLAN | {"ends_on": "2026-12-30"}).text
    )


def test_a_year_bought_early_is_not_doubted_after_it_has_arrived(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    north_admin.post(f"/money/terms/{only_term(north).id}", ends_on="2027-12-23")
    text = north_admin.get("/money").text
    assert "23 декабря 2027" in text.replace("\xa0", " ")
    assert "верный ли год" not in text


def test_a_subscription_that_nobody_named_is_asked_for_in_the_table(north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    asked = 'hx-get="/money/terms?subscription"'
    assert asked in north_admin.get("/money").text
    north_admin.post("/money/terms", kind="marketplace", ends_on="2027-01-28")
    assert asked not in north_admin.get("/money").text


def test_a_row_opens_as_its_own_form_and_closes(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    number = only_term(north).id
    opened = north_admin.get("/money/terms", edit=number).text
    assert f'id="term-form-{number}"' in opened
    assert f'hx-get="/money/terms?left={number}"' in opened
    assert f'id="term-form-{number}"' not in north_admin.get("/money/terms", left=number).text
    assert 'id="term-form-0"' in north_admin.get("/money/terms", add="").text


def test_terms_stand_in_the_order_of_their_days(north: Actor, north_admin: Opened) -> None:
    for kind, day in (
        ("plan", "2026-12-23"),
        ("site", "2027-03-04"),
        ("telephony", "2027-01-16"),
        ("marketplace", ""),
    ):
        north_admin.post("/money/terms", kind=kind, ends_on=day)
    table = north_admin.get("/money").text.split('id="terms"')[1].split("</table>")[0]
    names = ["BitrixGPT", "Тариф", "Телефония", "сайт"]
    places = [table.lower().index(name.lower()) for name in names]
    assert places == sorted(places)


def test_another_portal_does_not_reach_it(north: Actor, north_admin: Opened, south_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    path = f"/money/terms/{only_term(north).id}"
    for action in ("", "/confirm", "/pending", "/delete"):
        assert south_admin.post(path + action, **PLAN).status_code == 404
    assert south_admin.get("/money/terms", edit=only_term(north).id).status_code == 404


def test_an_employee_may_not(north_employee: Opened) -> None:
    assert north_employee.get("/money/terms").status_code == 403
    assert north_employee.post("/money/terms", **PLAN).status_code == 403
    assert north_employee.get("/money").status_code == 403
    assert north_employee.post("/money/terms/changes/1/undo").status_code == 403


def test_without_terms_the_page_offers_the_first_one(north_admin: Opened) -> None:
    assert "/money/terms?add=plan" in north_admin.get("/money/terms").text
    assert 'name="ends_on"' in north_admin.get("/money/terms", add="plan").text


def test_a_bought_renewal_is_asked_for_its_new_date(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    path = f"/money/terms/{only_term(north).id}"
    assert f'hx-post="{path}/new-end"' in north_admin.post(f"{path}/pending").text
    assert north_admin.post(f"{path}/new-end", ends_on="2026-12-23").status_code == 422
    answer = north_admin.post(f"{path}/new-end", ends_on="2028-12-23")
    assert answer.status_code == 422
    assert 'value="2028-12-23"' in answer.text
    assert north_admin.post(f"{path}/new-end", ends_on="2027-12-23").status_code == 200
    assert (str(only_term(north).ends_on), only_term(north).pending_since) == ("2027-12-23", None)


def test_the_new_date_of_a_term_that_is_over_begins_the_comparison(north: Actor, north_admin: Opened) -> None:
    north_admin.post("/money/terms", **PLAN)
    path = f"/money/terms/{only_term(north).id}"
    north_admin.post(f"{path}/pending")
    north.portal.world.clock.advance(days=24)
    assert north.opens().post(f"{path}/new-end", ends_on="2027-12-23").status_code == 200
    with portal_scope(north.portal_id):
        assert len(after_steps()) == 4


def test_a_person_without_a_name_is_not_taken_for_the_portal(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        set_paid_term(
            "telephony", date(2027, 1, 16), by=Author(None, ""), at=DAY_OF_THE_STORY, source="portal"
        )
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, ""), at=DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/money/terms").text
    history = text[text.index('id="history"') :]
    assert history.count("портал</td>") == 1


def test_a_date_that_the_portal_told_has_the_portal_as_its_author(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        set_paid_term(
            "telephony", date(2027, 1, 15), by=Author(None, ""), at=DAY_OF_THE_STORY, source="portal"
        )
        db.session.commit()
    row = north_admin.get("/money/terms").text.split('id="history"')[1].split("<tbody>")[1].split("</tr>")[0]
    assert "SIP-коннектор" in row.replace("\u2011", "-")
    assert "портал" in row
