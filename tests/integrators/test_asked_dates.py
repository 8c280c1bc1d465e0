"""The client's administrator is asked to confirm the date: once at a time, by his own channels, weekly at most, while the consent lives."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24app.database import db, portal_scope
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import list_lines
from b24app.integrators.bulk.date_requests import ask_date, open_requests
from b24app.integrators.bulk.model import BulkStep, DateRequest
from b24app.integrators.bulk.request_notices import notify_date_requests, remind_date_requests
from b24app.integrators.consents import change_rights, end_by_client, list_consents
from b24app.integrators.members import find_seat
from b24app.integrators.model import Consent
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.summaries import remake
from b24app.portals.model import AvailabilityRecord
from b24app.reminders.model import Delivery, DeliveryState, Reminder
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import INTEGRATOR, Author, Term
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, consent, declare
from tests.integrators.looking import Looking

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]
END, OTHER = date(2027, 3, 14), date(2027, 3, 20)
ASKS = "Интегратор Верный шаг просит подтвердить дату окончания"


@pytest.fixture
def home(first_checks: Actor, south: Actor) -> Actor:
    """An integrator whose client has a date that the integrator told."""
    declare(south)
    consent(first_checks.portal_id, south.portal_id)
    with portal_scope(first_checks.portal_id):
        by = Author(None, "Н. Рябова (Верный шаг)")
        set_paid_term("plan", END, by=by, at=services().clock.now(), source=INTEGRATOR)
        remake(first_checks.portal_id)
        db.session.commit()
    return south


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def code_of(client: Actor) -> str:
    with portal_scope(client.portal_id):
        return list_consents()[0].code


def asks(board: Opened, client: Actor, run_jobs: RunJobs) -> None:
    assert board.post("/clients/bulk", kind="confirm", code=code_of(client)).status_code == 200
    run_jobs()


def requests_of(client: Actor) -> list[tuple[str, int, str]]:
    db.session.expire_all()
    with portal_scope(client.portal_id):
        rows = db.session.scalars(select(DateRequest).order_by(DateRequest.id))
        return [(str(row.state), row.tells, row.answered_by) for row in rows]


def request_id(client: Actor) -> int:
    with portal_scope(client.portal_id):
        return db.session.scalars(select(DateRequest.id).order_by(DateRequest.id.desc())).first() or 0


def steps(home: Actor) -> list[tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(home.portal_id):
        return [
            (str(one.state), one.reason) for one in db.session.scalars(select(BulkStep).order_by(BulkStep.id))
        ]


def messages(client: Actor) -> list[tuple[str, str]]:
    db.session.expire_all()
    with portal_scope(client.portal_id):
        found = db.session.scalars(
            select(Delivery)
            .join(Reminder, Reminder.id == Delivery.reminder_id)
            .where(Reminder.code == "date_request")
        )
        return [
            (str(one.message["subject"]), str(one.state)) for one in found if one.channel == "notification"
        ]


def term_of(client: Actor) -> Term:
    db.session.expire_all()
    with portal_scope(client.portal_id):
        found = find_paid_term("plan")
    assert found is not None
    return found


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_administrator_is_asked_and_confirms_with_one_press(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    assert steps(home) == [("done", "")]
    assert [subject for subject, _ in messages(first_checks)] == [f"{ASKS} тарифа"]
    client = first_checks.opens()
    text = plain(client.get("/renewal").text)
    assert ASKS in text
    assert "14 марта 2027" in text
    answer = client.post(f"/renewal/date-requests/{request_id(first_checks)}/confirm", shown="2027-03-14")
    assert ASKS not in plain(answer.text)
    term = term_of(first_checks)
    assert (term.ends_on, bool(term.confirmed_at)) == (END, True)
    assert "Верный шаг" not in term.confirmed_by
    assert requests_of(first_checks)[0][0] == "confirmed"
    with portal_scope(first_checks.portal_id):
        remake(first_checks.portal_id)
        db.session.commit()
    board_text = board.get("/clients", view="all").text
    assert term.confirmed_by.split()[-1] in board_text
    assert "назвал интегратор" not in board_text


def test_another_date_is_written_and_confirmed(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    client = first_checks.opens()
    path = f"/renewal/date-requests/{request_id(first_checks)}/correct"
    wrong = client.post(path, asked_end="когда-нибудь")
    assert (wrong.status_code, "Такой даты нет" in wrong.text) == (422, True)
    doubted = client.post(path, asked_end="2029-03-20")
    assert (doubted.status_code, "верный ли год" in doubted.text) == (422, True)
    assert term_of(first_checks).ends_on == END
    assert client.post(path, asked_end=OTHER.isoformat()).status_code == 200
    term = term_of(first_checks)
    assert (term.ends_on, term.source, bool(term.confirmed_at)) == (OTHER, "person", True)
    assert requests_of(first_checks)[0][0] == "corrected"
    assert client.post(path, asked_end=OTHER.isoformat()).status_code == 404


def test_a_date_that_moved_meanwhile_is_not_confirmed_unseen(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    client = first_checks.opens()
    answer = client.post(f"/renewal/date-requests/{request_id(first_checks)}/confirm", shown="2027-03-01")
    assert (answer.status_code, "Дату тем временем изменили" in answer.text) == (422, True)
    assert term_of(first_checks).confirmed_at is None


def test_it_is_counted_before_who_is_asked_and_who_is_not(
    app: Flask, home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    add_client(app, 1, home.portal_id, frozenset({Right.CHECKS}))
    add_client(app, 2, home.portal_id, access="refused", date_state="unknown")
    add_client(app, 3, home.portal_id, date_state="confirmed")
    text = board.post("/clients/bulk/before", kind="confirm", all="yes", conditions="view=all").text
    assert "Спросим дату у 1 клиента" in text
    for reason in ("клиент этого не разрешил", "его портал нас не впускает", "дата подтверждена"):
        assert reason in text
    assert requests_of(first_checks) == []
    asks(board, first_checks, run_jobs)
    text = board.post("/clients/bulk/before", kind="confirm", code=code_of(first_checks)).text
    assert "уже спросили меньше недели назад" in text


def test_the_list_says_who_was_asked_and_asks_nobody_again(
    board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    assert "спросили, ждём ответа" not in board.get("/clients", view="all").text
    asks(board, first_checks, run_jobs)
    text = board.get("/clients", view="all").text
    assert "спросили, ждём ответа" in text
    assert "&#34;kind&#34;: &#34;confirm&#34;" not in text


def test_it_is_asked_once_at_a_time_and_reminded_weekly(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    asks(board, first_checks, run_jobs)
    asks(board, first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        seat = find_seat(home.portal_id, home.portal.admin.id)
        assert seat is not None
        now = services().clock.now()
        assert ask_date(home.portal_id, code_of(first_checks), person_of(seat), now) == (None, "asked")
        db.session.rollback()
    notify_date_requests(first_checks.portal_id)
    remind_date_requests()
    assert (requests_of(first_checks), len(messages(first_checks))) == ([("open", 1, "")], 1)
    world.clock.advance(days=6)
    assert remind_date_requests() == 0
    world.clock.advance(days=1, hours=1)
    assert remind_date_requests() == 1
    assert remind_date_requests() == 0
    assert (requests_of(first_checks), len(messages(first_checks))) == ([("open", 2, "")], 2)
    for _ in range(5):
        world.clock.advance(days=7, hours=1)
        remind_date_requests()
    assert requests_of(first_checks) == [("open", 4, "")]


def test_a_clock_that_was_put_back_asks_no_more_than_once(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    asks(board, first_checks, run_jobs)
    world.clock.advance(days=-30)
    for _ in range(3):
        remind_date_requests()
    assert requests_of(first_checks) == [("open", 2, "")]


def test_what_is_confirmed_elsewhere_is_asked_no_more(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    asks(board, first_checks, run_jobs)
    world.clock.advance(minutes=1)
    client = first_checks.opens()
    assert ASKS in plain(client.get("/renewal").text)
    client.post("/renewal/confirm")
    assert ASKS not in plain(client.get("/renewal").text)
    path = f"/renewal/date-requests/{request_id(first_checks)}/confirm"
    assert client.post(path, shown="2027-03-14").status_code == 404
    world.clock.advance(days=8)
    remind_date_requests()
    assert requests_of(first_checks) == [("elsewhere", 1, "")]


@pytest.mark.parametrize("how", ["ended", "narrowed", "time"])
def test_an_ended_consent_takes_the_notice_with_it(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, how: str
) -> None:
    asks(board, first_checks, run_jobs)
    client = first_checks.opens()
    assert ASKS in plain(client.get("/renewal").text)
    ends(first_checks, how)
    assert ASKS not in plain(client.get("/renewal").text)
    path = f"/renewal/date-requests/{request_id(first_checks)}"
    assert client.post(f"{path}/confirm", shown="2027-03-14").status_code == 404
    assert client.post(f"{path}/correct", asked_end="2027-03-20").status_code == 404
    notify_date_requests(first_checks.portal_id)
    assert requests_of(first_checks) == [("ended", 1, "")]
    assert term_of(first_checks).confirmed_at is None


def ends(client: Actor, how: str) -> None:
    with portal_scope(client.portal_id):
        code, now = list_consents()[0].code, services().clock.now()
        if how == "ended":
            end_by_client(code, by=ANNA, at=now)
        elif how == "narrowed":
            change_rights(code, frozenset({Right.CHECKS}), by=ANNA, at=now)
        else:
            db.session.query(Consent).one().ends_at = now
        db.session.commit()


def test_a_message_that_waits_is_not_sent_once_the_consent_ended(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        db.session.query(Delivery).update(
            {"state": DeliveryState.WAITING, "next_at": services().clock.now() + timedelta(hours=9)}
        )
        db.session.commit()
    ends(first_checks, "ended")
    run_jobs()
    assert {state for _, state in messages(first_checks)} == {"replaced"}


def test_a_consent_that_ended_before_the_work_asks_nobody(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    board.post("/clients/bulk", kind="confirm", code=code_of(first_checks))
    ends(first_checks, "ended")
    run_jobs()
    assert (steps(home), requests_of(first_checks), messages(first_checks)) == ([("failed", "ended")], [], [])


def test_the_journal_says_that_it_was_asked(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    with portal_scope(first_checks.portal_id):
        assert ("acted", "see_terms", "/clients/confirm") in {
            (one.action, one.right, one.detail) for one in list_lines()
        }
    assert "вас попросили подтвердить дату окончания" in first_checks.opens().get("/settings/integrator").text


def test_nobody_but_the_clients_administrator_answers(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs
) -> None:
    asks(board, first_checks, run_jobs)
    number, code = request_id(first_checks), code_of(first_checks)
    looking = Looking(first_checks.client, first_checks, board, code)
    looking.opens()
    for path in (f"/renewal/date-requests/{number}/confirm", f"/renewal/date-requests/{number}/correct"):
        assert looking.post(path, shown="2027-03-14", asked_end="2027-03-20").status_code == 403, path
        assert home.opens().post(path, shown="2027-03-14", asked_end="2027-03-20").status_code == 404, path
        worker = next(user for user in first_checks.portal.users if not user.admin)
        assert first_checks.opens(user=worker).post(path, shown="2027-03-14").status_code == 403, path
    assert ASKS not in plain(looking.get("/renewal").text)
    assert term_of(first_checks).confirmed_at is None


def test_only_who_invites_clients_asks_them(app: Flask, south: Actor) -> None:
    declare(south, MemberRole.ENGINEER)
    client = add_client(app, 1, south.portal_id, date_state="unknown")
    with portal_scope(client):
        code = list_consents()[0].code
    opened = south.opens()
    assert opened.post("/clients/bulk/before", kind="confirm", code=code).status_code == 403
    assert opened.post("/clients/bulk", kind="confirm", code=code).status_code == 403
    assert "Попросить дату" not in opened.get("/clients", view="all").text


def test_two_integrators_ask_apart(
    home: Actor, board: Opened, first_checks: Actor, run_jobs: RunJobs, world: World
) -> None:
    asks(board, first_checks, run_jobs)
    east = declare(Actor(first_checks.client, world.add_portal("east.bitrix24.example")).installs())
    consent(first_checks.portal_id, east.portal_id)
    with portal_scope(first_checks.portal_id):
        seat = find_seat(east.portal_id, east.portal.admin.id)
        assert seat is not None
        ask_date(east.portal_id, code_of(first_checks), person_of(seat), services().clock.now())
        db.session.commit()
        assert len(open_requests(services().clock.now())) == 2
    world.clock.advance(seconds=1)
    first_checks.opens().post(
        f"/renewal/date-requests/{request_id(first_checks)}/confirm", shown="2027-03-14"
    )
    with portal_scope(first_checks.portal_id):
        assert open_requests(services().clock.now()) == ()


def test_a_portal_that_is_shut_cannot_be_asked(
    app: Flask, home: Actor, board: Opened, first_checks: Actor
) -> None:
    with portal_scope(first_checks.portal_id):
        now = services().clock.now()
        shut = {"refused_since": now, "refused_at": now, "kind": "plan_lapsed"}
        db.session.execute(update(AvailabilityRecord).values(**shut))
        remake(first_checks.portal_id)
        db.session.commit()
    text = board.post("/clients/bulk/before", kind="confirm", code=code_of(first_checks)).text
    assert "его портал нас не впускает" in text
