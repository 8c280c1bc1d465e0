"""Uninstall ends what was given, both sides are told, and the journal is read in words, by pages, in the visitor's zone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import LargeBinary, bindparam, select, text

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import AuditPerson, Deed, list_lines, write_line
from b24app.integrators.consent_notices import look_after_consents, notify_consents
from b24app.integrators.consents import consents_of
from b24app.integrators.model import Consent
from b24app.integrators.rights import Right
from b24app.pages.settings.deed_words import DONE_ELSEWHERE, ELSEWHERE, doing_of, place_of
from b24app.portals.uninstall import erase
from b24app.reminders.model import Delivery, OutsideAddress, Reminder
from b24app.reminders.reminder_settings import set_channel
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.consent_story import (
    PROFILE,
    agree,
    consents,
    declare,
    enter,
    give,
    invitations,
    invite,
    journal,
)
from tests.portals.rows import row
from tests.story import DAY_OF_THE_STORY

Jobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


@pytest.fixture
def given(north: Actor, north_admin: Opened, south: Actor, south_admin: Opened) -> str:
    """The code of an access that north has given to south."""
    return agree(north, north_admin, south, south_admin).code


def subjects(actor: Actor, code: str = "consent") -> list[str]:
    """What the people of a portal were told, by notification."""
    db.session.rollback()
    with portal_scope(actor.portal_id):
        found = db.session.scalars(
            select(Delivery)
            .join(Reminder, Reminder.id == Delivery.reminder_id)
            .where(Reminder.code == code, Delivery.channel == "notification")
            .order_by(Delivery.id)
        )
        return [str(one.message["subject"]).replace("\u00a0", " ") for one in found]


def test_a_client_who_removes_the_application_gives_nothing_any_more(
    north: Actor, south: Actor, card: ApplicationCard, run_jobs: Jobs, given: str
) -> None:
    run_jobs()
    north.portal.uninstall(card, clean=False)
    run_jobs()
    assert consents_of(south.portal_id, DAY_OF_THE_STORY) == ()
    assert [one.end for one in consents(north)] == ["removed"]
    assert ("ended", "removed", False) in journal(north)
    north.installs()
    run_jobs()
    assert consents_of(south.portal_id, DAY_OF_THE_STORY) == ()
    assert "не видит ни один" in north.opens().get("/settings/integrator").text
    assert given


def test_an_integrator_who_removes_the_application_loses_every_client_and_every_request(
    north: Actor, south: Actor, card: ApplicationCard, run_jobs: Jobs, given: str
) -> None:
    code = invite(south, south.opens()).code
    run_jobs()
    south.portal.uninstall(card, clean=False)
    run_jobs()
    assert [one.end for one in consents(north)] == ["removed"]
    assert {one.answer for one in invitations(south)} == {"granted", "withdrawn"}
    south.installs()
    assert [one.end for one in consents(north)] == ["removed"]
    assert north.opens().post("/settings/integrator/code", code=code).status_code == 422
    assert any("доступа к порталу больше нет" in one for one in subjects(north))
    assert given


def test_the_journal_outlives_an_integrator_who_is_erased(north: Actor, south: Actor, given: str) -> None:
    erase(row(south))
    db.session.commit()
    with every_portal():
        assert db.session.scalars(select(Consent)).all() == []
    assert [deed for deed, _detail, _refused in journal(north)] == ["granted", "ended"]
    page = north.opens().get("/settings/integrator")
    assert page.status_code == 200
    assert "Доступ дан" in page.text
    assert given


def test_both_sides_are_told_once_of_each_step(
    north: Actor, north_admin: Opened, south: Actor, run_jobs: Jobs, given: str
) -> None:
    run_jobs()
    assert subjects(north) == ["ООО «Верный шаг»: доступ к порталу до 30 мая 2027 г."]
    assert len(subjects(south)) == 1
    assert "доступ дали до 30 мая 2027 г." in subjects(south)[0]
    notify_consents(north.portal_id)
    assert len(subjects(north)) == len(subjects(south)) == 1
    north_admin.post(f"/settings/integrator/{given}/terms")
    run_jobs()
    north_admin.post(f"/settings/integrator/{given}/end")
    run_jobs()
    assert [one.split(": ")[1] for one in subjects(south)[1:]] == ["ваши права изменили", "доступ закончен"]
    assert len(subjects(north)) == 3


def test_a_refusal_is_told_to_the_asker_and_one_taken_back_is_not(
    north_admin: Opened, south: Actor, south_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    declare(south_admin)
    first, second = invite(south, south_admin).code, invite(south, south_admin).code
    sealed = enter(north_admin, first)
    north_admin.post(f"/settings/integrator/asks/{sealed}/decline")
    north_admin.post(f"/settings/integrator/asks/{sealed}/again")
    north_admin.post(f"/settings/integrator/asks/{enter(north_admin, second)}/decline")
    run_jobs()
    assert subjects(south) == []
    world.clock.advance(seconds=30)
    run_jobs()
    assert [one.split(": ")[1] for one in subjects(south)] == ["отказали в доступе"]


def test_the_contacts_mailbox_is_written_to_once_it_is_confirmed(
    app: Flask, north: Actor, north_admin: Opened, south: Actor, given: str
) -> None:
    here = app.extensions["services"]
    post = {"smtp_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "renewal@renewal.example"}
    app.extensions["services"] = replace(here, settings=here.settings.model_copy(update=post))

    def mailboxes() -> set[str]:
        notify_consents(north.portal_id)
        with portal_scope(south.portal_id):
            return set(db.session.scalars(select(Delivery.recipient).where(Delivery.channel == "email")))

    address = PROFILE["contact_email"]
    with portal_scope(south.portal_id):
        set_channel("email", enabled=True, address="")
        db.session.commit()
    assert address not in mailboxes()
    with portal_scope(south.portal_id):
        row = OutsideAddress(code="c", email=address, asked_by="Анна", asked_at=DAY_OF_THE_STORY)
        row.confirmed_at = DAY_OF_THE_STORY
        db.session.add(row)
        db.session.commit()
    north_admin.post(f"/settings/integrator/{given}/terms")
    assert address in mailboxes()


def test_both_sides_are_told_two_weeks_before_an_end_and_once(
    north: Actor, south: Actor, run_jobs: Jobs, given: str, world: World
) -> None:
    run_jobs()
    world.clock.advance(days=160)
    assert look_after_consents() == 0
    world.clock.advance(days=10)
    assert look_after_consents() == 1
    assert look_after_consents() == 1
    assert subjects(north, "consent_ends") == ["ООО «Верный шаг»: доступ закончится 30 мая 2027 г."]
    assert len(subjects(south, "consent_ends")) == 1
    world.clock.advance(days=20)
    assert look_after_consents() == 0
    assert [one.end for one in consents(north)] == ["time"]
    assert given


def break_row(portal_id: int) -> None:
    """A row that no key opens: reading it fails in a way of its own."""
    junk = text("UPDATE portal SET application_token = :junk WHERE id = :id")
    db.session.execute(junk.bindparams(bindparam("junk", b"junk", LargeBinary)), {"id": portal_id})
    db.session.commit()
    db.session.expire_all()


def test_a_portal_that_cannot_be_told_keeps_no_other_from_its_message(
    north: Actor, south: Actor, stranger: Actor, run_jobs: Jobs, world: World
) -> None:
    """The first client's row cannot be read: the second one is told all the same."""
    declare(south.opens())
    for client in (north, stranger.installs()):
        give(client.opens(), enter(client.opens(), invite(south, south.opens()).code))
    run_jobs()
    world.clock.advance(days=170)
    break_row(north.portal_id)
    assert look_after_consents() == 1
    assert len(subjects(stranger, "consent_ends")) == 1


def test_the_journal_is_read_in_words_by_pages_and_kinds(
    north: Actor, north_admin: Opened, given: str
) -> None:
    natalia = AuditPerson("Наталья Рябова", 7, "ООО «Верный шаг»")
    with portal_scope(north.portal_id):
        for number in range(60):
            at = DAY_OF_THE_STORY + timedelta(minutes=number)
            write_line(given, natalia, Deed.ACTED, at, right=Right.RUN, detail=f"/shop/run/{number}")
        later = DAY_OF_THE_STORY + timedelta(minutes=61)
        write_line(given, natalia, Deed.LOOKED, later, right=Right.TERMS, detail="/renewal")
        write_line(given, natalia, Deed.LOOKED, later, right=Right.COPY, detail="/copy", refused=True)
        db.session.commit()
    first = north_admin.get("/settings/integrator").text
    assert "Просмотр: «Продление»" in first
    assert "Не показали: «Копия»" in first
    assert "отказано" in first
    assert "Действие: запуск проверок" in first
    assert "/shop/run/" not in first
    assert "1–50 из 63" in first
    second = north_admin.get("/settings/integrator", page="2").text
    assert "51–63 из 63" in second
    assert "Доступ дан: видеть сроки" in second
    assert "51–63 из 63" in north_admin.get("/settings/integrator", page="999").text
    looks = north_admin.get("/settings/integrator", kind="looks").text
    assert "запуск проверок" not in looks.split('id="journal"')[1]
    assert north_admin.get("/settings/integrator", page="x").status_code == 422
    assert north_admin.get("/settings/integrator", kind="odd").status_code == 200


def test_every_address_that_an_integrator_may_reach_has_words(app: Flask) -> None:
    reached = [
        (rule.rule, rule.methods or set())
        for rule in app.url_map.iter_rules()
        if re.match(r"/(renewal|shop|money|copy|restore|freshness)\b", rule.rule)
        and hasattr(app.view_functions[rule.endpoint], "framed")
    ]
    assert len(reached) > 50
    unnamed = [
        path
        for path, methods in reached
        if ("GET" in methods and place_of(path) == ELSEWHERE)
        or ("POST" in methods and doing_of(path) == DONE_ELSEWHERE)
    ]
    assert unnamed == []
    assert (place_of("/renewalx"), doing_of("/nowhere")) == (ELSEWHERE, DONE_ELSEWHERE)


def test_a_deed_of_a_later_release_is_told_as_something_done(north: Actor, north_admin: Opened) -> None:
    with portal_scope(north.portal_id):
        write_line("x", AuditPerson("Анна", 1), "flew", DAY_OF_THE_STORY, right="fly", detail="/moon")
        db.session.commit()
        assert len(list_lines()) == 1
    page = north_admin.get("/settings/integrator")
    assert page.status_code == 200


def test_the_moments_of_the_journal_are_the_visitors(north: Actor, given: str) -> None:
    north.portal.admin.time_zone = "Asia/Vladivostok"
    page = north.opens().get("/settings/integrator").text
    local = DAY_OF_THE_STORY.astimezone(ZoneInfo("Asia/Vladivostok"))
    assert f"{local:%H:%M}" in page.split('id="journal"')[1]
    assert given


def test_a_form_of_another_client_says_nothing(north: Actor, north_admin: Opened, given: str) -> None:
    assert give(north_admin, "forged").status_code == 422
    assert north_admin.get("/settings/integrator/asks/forged").status_code == 200
    assert north_admin.get("/settings/integrator/asks/forged/button").status_code == 404
    assert len(consents(north)) == 1
    assert given
