"""The page of alerts: what each person sees of his clients, his own wishes, the team for owners; nobody without a seat."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.integrators.alerts.model import ClientAlert, MemberWishes
from b24app.integrators.alerts.wishes import SWITCHES
from b24app.integrators.rights import MemberRole
from b24app.services import services
from tests.actors import Actor
from tests.integrators.boards import add_client
from tests.integrators.telling import Telling, change, ends, plain

TODAY = date(2026, 11, 30)
PAGE, SAVE = "/clients/alerts", "/clients/alerts/wishes"
HOURS = {"quiet_from": "22", "quiet_to": "8"}


def page(telling: Telling, **values: object) -> str:
    return plain(telling.own.opens(**values).get(PAGE).text)


def wishes(telling: Telling) -> list[MemberWishes]:
    db.session.expire_all()
    with portal_scope(telling.own.portal_id):
        return list(db.session.scalars(select(MemberWishes)))


def test_nothing_red_and_no_client_say_so(app: Flask, telling: Telling) -> None:
    assert "Клиентов пока нет" in page(telling)
    add_client(app, 1, telling.own.portal_id, act_on=None)
    text = page(telling)
    assert "Оповещений сейчас нет" in text
    assert "На этой неделе делать ничего не нужно" in text


def test_what_is_red_stands_with_who_was_told_and_who_has_looked(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, access="refused")
    assert telling.alerts == []
    telling.looks()
    text = page(telling)
    assert "Требует внимания: 1" in text
    assert "Клиент 1: портал не отвечает" in text
    assert "ещё не открыто" in text
    assert "ещё не открыто" not in page(telling)
    assert "открыто сегодня" in page(telling)


def test_what_is_over_stands_below_for_thirty_days(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused")
    telling.looks()
    change(client, access="alive")
    telling.looks(1)
    assert "снова в порядке" in page(telling)
    with portal_scope(telling.own.portal_id):
        row = db.session.scalars(select(ClientAlert)).one()
        row.ended_at = services().clock.now() - timedelta(days=31)
        db.session.commit()
    assert "снова в порядке" not in page(telling)


def test_the_digest_is_shown_as_it_would_leave_now(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, act_on=TODAY)
    text = page(telling)
    assert "Действовать на этой неделе: 1 клиент." in text
    assert "/clients?view=week" in text
    assert "7 декабря" in text


def test_a_manager_sees_his_own_clients_alone_and_no_team(app: Flask, telling: Telling) -> None:
    mine, _ = (add_client(app, n, telling.own.portal_id, access="refused", act_on=TODAY) for n in (1, 2))
    telling.joins(MemberRole.MANAGER)
    telling.cares(mine)
    telling.looks()
    text = page(telling, user=telling.manager)
    assert ("Клиент 1" in text, "Клиент 2" in text) == (True, False)
    assert "Что получают ваши сотрудники" not in text
    assert "Что получают ваши сотрудники" in page(telling)


def test_an_accountant_sees_what_is_of_money_alone(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, access="refused", money="paid")
    telling.joins(MemberRole.ACCOUNTANT)
    telling.looks()
    text = page(telling, user=telling.manager)
    assert "портал не отвечает" not in text
    assert "Деньги в пути" in text


def test_once_the_access_has_ended_nothing_of_the_client_is_there(app: Flask, telling: Telling) -> None:
    client = add_client(app, 1, telling.own.portal_id, access="refused", act_on=TODAY)
    telling.looks()
    ends(client)
    assert "Клиент 1" not in page(telling)


def test_a_person_says_what_he_wants_for_himself(telling: Telling) -> None:
    answer = telling.own.opens().post(SAVE, digest_on="on", by_mail="on", **HOURS)
    assert answer.status_code == 200
    (row,) = wishes(telling)
    assert row.user_id == telling.owner.id
    assert {name for name in SWITCHES if getattr(row, name)} == {"digest_on", "by_mail"}
    assert (row.quiet_from, row.quiet_to) == (22, 8)
    telling.own.opens().post(SAVE, **HOURS)
    assert [one.digest_on for one in wishes(telling)] == [False]
    assert "Вы выключили сводку" in page(telling)


@pytest.mark.parametrize("wrong", ["24", "-1", "", "noon"])
def test_an_hour_that_no_day_has_is_refused_and_nothing_changes(telling: Telling, wrong: str) -> None:
    answer = telling.own.opens().post(SAVE, **{**HOURS, "quiet_to": wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert wishes(telling) == []


def test_who_has_no_seat_is_let_in_nowhere(telling: Telling, north: Actor) -> None:
    for opened in (telling.own.opens(user=telling.manager), north.opens()):
        assert opened.get(PAGE).status_code == 403
        assert opened.post(SAVE, **HOURS).status_code == 403
    assert wishes(telling) == []


def test_another_integrators_people_see_none_of_it(app: Flask, telling: Telling, north: Actor) -> None:
    from tests.integrators.boards import declare

    add_client(app, 1, telling.own.portal_id, access="refused")
    telling.looks()
    declare(north)
    assert "Клиент 1" not in north.opens().get(PAGE).text


def test_in_english_it_is_whole(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, access="refused", act_on=TODAY)
    telling.looks()
    text = telling.own.opens(lang="en").get(PAGE).text
    assert "1 thing is red now" in text
    assert "Act this week" in text


def test_no_way_that_works_is_said(telling: Telling) -> None:
    telling.own.opens().post(SAVE, digest_on="on", alerts_on="on", **HOURS)
    assert "Ни один способ доставки к вам не работает" in page(telling)


def test_a_link_of_a_message_leads_to_the_list(app: Flask, telling: Telling) -> None:
    add_client(app, 1, telling.own.portal_id, access="refused")
    telling.looks()
    assert "params%5Bscreen%5D=alerts" in telling.notes()[0]
    opened = telling.own.opens("REST_APP_URI", screen="alerts")
    assert "Требует внимания: 1" in plain(opened.text)


def test_the_journal_of_the_client_says_in_words_what_left() -> None:
    from b24app.pages.settings.deed_words import ELSEWHERE, place_of

    assert ELSEWHERE not in {place_of(PAGE), place_of("/clients/digest")}
