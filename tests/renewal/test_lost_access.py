"""Lost access is told outside the portal at once and once, and so is its return, with what had failed meanwhile."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from pydantic import SecretStr

from b24app.database import db, portal_scope
from b24app.portals.client_factory import open_client, probe_blocked
from b24app.reminders.channels.email import MailServer
from b24app.reminders.kinds.lost_access_notice import notify_access_back, notify_access_lost
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.reminders.sending import send_due
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import note_license
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor
from tests.portals.rows import row
from tests.portals.test_administrator_access import reject
from tests.renewal.postman import Postman, post_offices, postman
from tests.terms.conftest import AT, MARINA

__all__ = ["post_offices", "postman"]
Post = tuple[Postman, MailServer]
RunJobs = Callable[[], int]
PORTAL = " · north.bitrix24.example"
LOST, BACK = (
    "Приложение потеряло доступ к порталу north.bitrix24.example",
    "Доступ к порталу north.bitrix24.example вернулся",
)


@pytest.fixture
def settings(settings: Settings, postman: Post) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(update={"smtp_url": url, "mail_from": "renewal@renewal.example"})


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


@pytest.fixture
def shop(first_checks: Actor, run_jobs: RunJobs) -> Iterator[Actor]:
    """A portal with people outside of it, and a reminder that is due."""
    run_jobs()
    with portal_scope(first_checks.portal_id):
        note_license("ru_std", AT)
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT)
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_channel("email", enabled=True, address="owner@shop.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
        yield first_checks


def subjects(postman: Post) -> list[str]:
    return [message["Subject"].removesuffix(PORTAL) for message in postman[0].taken]


def states(code: str) -> dict[str, str]:
    db.session.expire_all()
    return {line.channel: line.state for line in list_deliveries() if line.code == code}


def lose(shop: Actor, card: ApplicationCard, run_jobs: RunJobs) -> None:
    reject(shop, card, shop.portal.admin)
    remind_portal(shop.portal_id)
    run_jobs()


def test_it_is_told_at_once_by_every_way_outside_the_portal_and_once(
    shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs, world: World
):
    lose(shop, card, run_jobs)
    assert subjects(postman).count(LOST) == 2
    assert {line.channel for line in list_deliveries() if line.code == "access_lost"} == {"email"}
    world.clock.advance(hours=3)
    remind_portal(shop.portal_id)
    notify_access_lost(shop.portal_id)
    run_jobs()
    assert subjects(postman).count(LOST) == 2


def test_it_is_told_in_the_night_too(
    shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs, world: World
):
    remind_portal(shop.portal_id)
    world.clock.advance(hours=15)
    reject(shop, card, shop.portal.admin)
    shop.portal.world.clock.advance(seconds=1)
    with pytest.raises(Exception, match="invalid_grant"):
        open_client(shop.portal_id).call("profile")
    run_jobs()
    assert LOST in subjects(postman)


def test_the_letter_says_what_mends_it(shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs):
    lose(shop, card, run_jobs)
    letter = next(one for one in postman[0].taken if one["Subject"].removesuffix(PORTAL) == LOST)
    text = letter.get_body(("plain",)).get_content()
    assert "Пусть администратор один раз откроет приложение" in text
    assert "30\xa0ноября" in text


def test_what_failed_comes_back_when_an_administrator_opens_and_that_is_told_shortly(
    shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs, world: World
):
    lose(shop, card, run_jobs)
    assert states("window_open") == {"email": "sent", "notification": "failed"}
    world.clock.advance(hours=5)
    shop.opens()
    run_jobs()
    assert states("window_open") == {"email": "sent", "notification": "sent"}
    assert subjects(postman).count(BACK) == 2
    notify_access_back(shop.portal_id)
    assert subjects(postman).count(BACK) == 2


def test_a_refusing_portal_gets_what_failed_when_it_answers_again(
    shop: Actor, postman: Post, run_jobs: RunJobs, world: World
):
    shop.portal.lapse_to_free()
    remind_portal(shop.portal_id)
    assert states("window_open")["notification"] == "failed"
    shop.portal.renew()
    world.clock.advance(hours=1)
    probe_blocked()
    run_jobs()
    assert states("window_open")["notification"] == "sent"
    assert BACK not in subjects(postman)


def test_a_loss_that_is_over_before_the_job_began_is_not_told(
    shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs
):
    reject(shop, card, shop.portal.admin)
    remind_portal(shop.portal_id)
    shop.opens()
    run_jobs()
    assert LOST not in subjects(postman)
    assert BACK not in subjects(postman)


def test_each_loss_is_told_for_itself(
    shop: Actor, card: ApplicationCard, postman: Post, run_jobs: RunJobs, world: World
):
    for _ in range(2):
        world.clock.advance(days=10)
        lose(shop, card, run_jobs)
        world.clock.advance(hours=1)
        shop.opens()
        run_jobs()
    assert subjects(postman).count(LOST) == subjects(postman).count(BACK) == 4


class TestWhatIsDue:
    """Every minute one query finds the portals in which a message waits; nobody else is looked at."""

    def test_a_message_that_failed_is_sent_when_its_moment_comes(
        self, shop: Actor, postman: Post, run_jobs: RunJobs, world: World
    ):
        postman[0].answer = "451 later"
        remind_portal(shop.portal_id)
        postman[0].answer = "250 OK"
        send_due()
        run_jobs()
        assert states("window_open")["email"] == "waiting"
        world.clock.advance(minutes=4)
        send_due()
        run_jobs()
        assert states("window_open")["email"] == "sent"

    def test_of_a_removed_portal_nothing_is_sent(
        self, shop: Actor, postman: Post, run_jobs: RunJobs, world: World
    ):
        postman[0].answer = "451 later"
        remind_portal(shop.portal_id)
        run_jobs()
        row(shop).status = "deleted"
        db.session.commit()
        world.clock.advance(hours=4)
        tried = len(postman[0].taken)
        send_due()
        run_jobs()
        assert len(postman[0].taken) == tried
