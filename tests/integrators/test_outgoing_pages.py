"""The pages of webhooks and feeds: what they show, who may press, wrong input, another portal, an access that ended."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.integrators.consents import change_rights
from b24app.integrators.members import set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.webhooks import event_kinds as kinds
from b24app.integrators.webhooks.model import WebhookAddress, WebhookSending
from b24app.services import services
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, declare
from tests.integrators.test_webhook_sending import LATER
from tests.integrators.webhooks import URL, Hooked, hook

WEBHOOKS, FEEDS = "/clients/keys/webhooks", "/clients/keys/feeds"


@pytest.fixture
def hooked(first_checks: Actor, north: Actor, south: Actor) -> Hooked:
    return hook(south, north)


@pytest.fixture
def sent(hooked: Hooked) -> Hooked:
    hooked.sets(LATER)
    hooked.works()
    return hooked


@pytest.fixture
def page(hooked: Hooked) -> Opened:
    return hooked.own.opens()


def sending_ids(hooked: Hooked) -> list[int]:
    with portal_scope(hooked.own.portal_id):
        return list(db.session.scalars(select(WebhookSending.id).order_by(WebhookSending.id)))


def test_an_address_is_added_and_its_secret_shown_once(south: Actor, first_checks: Actor):
    page = declare(south).opens()
    assert page.get(WEBHOOKS).status_code == 200
    answer = page.post(WEBHOOKS, address=URL, kinds=[kinds.TERM_CHANGED])
    assert answer.status_code == 200, answer.text
    assert re.search(r"whsec_[\w+/=]{40,}", answer.text)
    assert "whsec_" not in page.get(WEBHOOKS).text
    assert "/renewal" not in page.get(WEBHOOKS).text.partition('id="webhooks"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("", [kinds.TERM_CHANGED]),
        ("http://8.8.8.8/", [kinds.TERM_CHANGED]),
        ("https://127.0.0.1/", [kinds.TERM_CHANGED]),
        ("https://10.0.0.1/", [kinds.TERM_CHANGED]),
        ("https://u:p@8.8.8.8/", [kinds.TERM_CHANGED]),
        (URL, []),
        (URL, ["nothing"]),
    ],
)
def test_what_cannot_be_an_address_adds_none(page: Opened, hooked: Hooked, address: str, chosen: list[str]):
    answer = page.post(WEBHOOKS, address=address, kinds=chosen)
    assert answer.status_code == 422
    with portal_scope(hooked.own.portal_id):
        assert len(db.session.scalars(select(WebhookAddress)).all()) == 1


def test_there_are_five_addresses_at_most(page: Opened):
    codes = [page.post(WEBHOOKS, address=URL, kinds=[kinds.TERM_CHANGED]).status_code for _ in range(5)]
    assert codes == [200] * 4 + [422]


def test_what_was_sent_is_listed_with_the_client_and_the_answer(sent: Hooked, page: Opened):
    text = page.get(WEBHOOKS).text
    assert kinds.TERM_CHANGED in text
    assert "Лампа" in text
    assert "200" in text


def test_a_body_is_read_anew_when_it_is_shown(sent: Hooked, page: Opened):
    number = sending_ids(sent)[0]
    answer = page.get(f"{WEBHOOKS}/sendings/{number}")
    assert LATER.isoformat() in answer.text


def test_after_the_access_has_ended_neither_name_nor_body_is_shown(sent: Hooked, page: Opened, north: Actor):
    number = sending_ids(sent)[0]
    sent.ends()
    text = page.get(WEBHOOKS).text
    body = page.get(f"{WEBHOOKS}/sendings/{number}").text
    for shown in (text, body):
        assert "Лампа" not in shown
        assert north.host not in shown
        assert LATER.isoformat() not in shown
    assert "доступ закончился" in text


def test_what_a_client_gives_no_more_is_listed_without_his_name(sent: Hooked, page: Opened):
    with portal_scope(sent.client.portal_id):
        change_rights(sent.code, frozenset({Right.CHECKS}), by=ANNA, at=services().clock.now())
        db.session.commit()
    text = page.get(WEBHOOKS).text
    assert "Лампа" not in text
    assert "клиент этого не разрешает" in text
    assert LATER.isoformat() not in page.get(f"{WEBHOOKS}/sendings/{sending_ids(sent)[0]}").text


def test_one_event_is_sent_again_by_a_press(sent: Hooked, page: Opened):
    number, before = sending_ids(sent)[0], len(sent.receiver.heard)
    assert page.post(f"{WEBHOOKS}/sendings/{number}/repeat").status_code == 200
    sent.sends()
    again = sent.receiver.heard[before:]
    assert [one.code for one in again] == [sent.receiver.heard[0].code]


def test_everything_since_a_moment_is_sent_again(sent: Hooked, page: Opened):
    before = len(sent.receiver.heard)
    assert page.post(f"{WEBHOOKS}/{sent.address}/repeat", since="2026-11-01T00:00").status_code == 200
    sent.sends()
    assert len(sent.receiver.heard) == 2 * before
    only_failed = page.post(f"{WEBHOOKS}/{sent.address}/repeat", since="2026-11-01T00:00", failed="1")
    assert only_failed.status_code == 200
    sent.sends()
    assert len(sent.receiver.heard) == 2 * before


@pytest.mark.parametrize("since", ["", "yesterday", "2099-01-01T00:00"])
def test_a_wrong_moment_is_named(sent: Hooked, page: Opened, since: str):
    assert page.post(f"{WEBHOOKS}/{sent.address}/repeat", since=since).status_code == 422


def test_an_address_is_tested_changed_switched_off_and_on_and_removed(hooked: Hooked, page: Opened):
    url = f"{WEBHOOKS}/{hooked.address}"
    assert page.post(f"{url}/test").status_code == 200
    hooked.sends()
    assert hooked.receiver.kinds == ["test"]
    assert page.post(url, address="", kinds=[kinds.CASE_STAGE]).status_code == 200
    assert hooked.row().kinds == [kinds.CASE_STAGE]
    assert re.search(r"whsec_", page.post(f"{url}/secret").text)
    assert page.post(f"{url}/off").status_code == 200
    assert page.post(f"{url}/test").status_code == 422
    assert page.post(f"{url}/on").status_code == 200
    assert page.post(f"{url}/end").status_code == 200
    assert page.post(f"{url}/test").status_code == 404
    assert "Пока никому не сообщаем" in page.get(WEBHOOKS).text


@pytest.mark.parametrize("role", [role for role in MemberRole if role is not MemberRole.OWNER])
def test_webhooks_are_for_owners_alone(hooked: Hooked, page: Opened, role: MemberRole):
    now = services().clock.now()
    with portal_scope(hooked.own.portal_id):
        set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=now)
        set_member(hooked.own.portal.admin.id, "Н. Рябова", role, by=ANNA, at=now)
        db.session.commit()
    url = f"{WEBHOOKS}/{hooked.address}"
    asked = [page.get(WEBHOOKS), page.post(WEBHOOKS, address=URL, kinds=[kinds.CASE_STAGE]), page.post(url)]
    asked += [page.post(f"{url}/{deed}") for deed in ("secret", "on", "off", "end", "test", "repeat")]
    asked += [page.post(f"{WEBHOOKS}/sendings/1/repeat"), page.get(f"{WEBHOOKS}/sendings/1")]
    assert {answer.status_code for answer in asked} == {403}


def test_another_portals_addresses_and_events_are_not_there(sent: Hooked, north: Actor):
    foreign, number = declare(north).opens(), sending_ids(sent)[0]
    assert URL not in foreign.get(WEBHOOKS).text
    url = f"{WEBHOOKS}/{sent.address}"
    asked = [foreign.post(f"{url}/{deed}") for deed in ("secret", "on", "off", "end", "test")]
    asked += [foreign.post(f"{url}/repeat", since="2026-11-01T00:00")]
    asked += [foreign.post(url, address="", kinds=[kinds.CASE_STAGE])]
    asked += [
        foreign.post(f"{WEBHOOKS}/sendings/{number}/repeat"),
        foreign.get(f"{WEBHOOKS}/sendings/{number}"),
    ]
    assert {answer.status_code for answer in asked} == {404}
    assert sent.row().ended_at is None


class TestFeeds:
    """The page of feeds."""

    def test_a_feed_is_made_replaced_and_closed(self, page: Opened, visitor: FlaskClient):
        made = page.post(FEEDS, group="", days="90")
        secret = re.search(r"/feeds/([\w-]+)\.ics", made.text)
        assert secret is not None
        assert visitor.get(f"/feeds/{secret[1]}.csv").status_code == 200
        shown = page.get(FEEDS).text
        assert secret[1] not in shown
        number = re.search(r'id="feed-(\d+)"', shown)[1]
        renewed = page.post(f"{FEEDS}/{number}/renew")
        assert visitor.get(f"/feeds/{secret[1]}.csv").status_code == 404
        fresh = re.search(r"/feeds/([\w-]+)\.ics", renewed.text)[1]
        assert visitor.get(f"/feeds/{fresh}.csv").status_code == 200
        assert page.post(f"{FEEDS}/{number}/revoke").status_code == 200
        assert visitor.get(f"/feeds/{fresh}.csv").status_code == 404
        assert page.post(f"{FEEDS}/{number}/renew").status_code == 404

    @pytest.mark.parametrize("form", [{"days": "7"}, {"days": ""}, {"days": "90", "group": "777"}])
    def test_a_wrong_feed_is_not_made(self, page: Opened, form: dict[str, str]):
        assert page.post(FEEDS, **form).status_code == 422

    def test_another_portals_feed_is_not_there(self, page: Opened, north: Actor):
        number = re.search(r'id="feed-(\d+)"', page.post(FEEDS, group="", days="90").text)[1]
        foreign = declare(north).opens()
        assert foreign.post(f"{FEEDS}/{number}/renew").status_code == 404
        assert foreign.post(f"{FEEDS}/{number}/revoke").status_code == 404

    def test_who_may_make_no_keys_makes_no_feeds(self, hooked: Hooked, page: Opened):
        now = services().clock.now()
        with portal_scope(hooked.own.portal_id):
            set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=now)
            set_member(hooked.own.portal.admin.id, "Н.", MemberRole.VIEWER, by=ANNA, at=now)
            db.session.commit()
        assert page.get(FEEDS).status_code == 403
        assert page.post(FEEDS, group="", days="90").status_code == 403
