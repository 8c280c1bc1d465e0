"""Whether the application works, for anybody: the worker, the mail, what the operator says, for two weeks; a line inside while something is broken."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from b24app.database import db
from b24app.factory import create_app
from b24app.jobs.model import JobRow, ScheduleRow, WorkerRow
from b24app.public.service_state import PartState, read_service_state, service_look
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.server_rest import Turn, note_away, note_served
from b24app.services import services
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.installation import sessions_of

TEXTS = ("--ru", "Письма идут с опозданием", "--en", "Letters are late")


@pytest.fixture(autouse=True)
def looked_anew(app: Flask) -> Iterator[None]:
    """Nothing of another test is remembered."""
    service_look().forget()
    yield
    service_look().forget()
    assert app


@pytest.fixture
def command(app: Flask) -> Callable[..., Result]:
    runner = app.test_cli_runner()

    def run(*words: str) -> Result:
        told = runner.invoke(args=list(words))
        service_look().forget()
        return told

    return run


def now():
    return services().clock.now()


def work_waits(minutes: int) -> None:
    due = now() - timedelta(minutes=minutes)
    db.session.add(JobRow(name="run_check", key="x", lane="people", asked_at=due, due_at=due))
    db.session.commit()


def worker_seen(minutes: int) -> None:
    db.session.add(WorkerRow(id="w", seen_at=now() - timedelta(minutes=minutes)))
    db.session.commit()


def test_a_living_worker_works(app: Flask):
    worker_seen(0)
    work_waits(30)
    assert read_service_state(now()).worker.state is PartState.WORKS


def test_a_dead_worker_with_work_that_waits_is_broken_since_its_last_sign(app: Flask):
    worker_seen(20)
    work_waits(45)
    standing = read_service_state(now()).worker
    assert standing.state is PartState.BROKEN
    assert standing.since == now() - timedelta(minutes=20)


def test_a_worker_that_was_stopped_is_missed_since_work_is_overdue(app: Flask):
    db.session.add(ScheduleRow(name="keep_queue", last=now() - timedelta(hours=3)))
    work_waits(10)
    standing = read_service_state(now()).worker
    assert (standing.state, standing.since) == (PartState.BROKEN, now() - timedelta(minutes=10))


def test_a_worker_that_nobody_misses_is_no_trouble_and_none_at_all_is_not_known(app: Flask):
    assert read_service_state(now()).worker.state is PartState.UNKNOWN
    worker_seen(20)
    assert read_service_state(now()).worker.state is PartState.WORKS


def test_a_sign_of_a_clock_that_ran_ahead_is_not_since_when(app: Flask):
    worker_seen(-600)
    work_waits(10)
    assert read_service_state(now()).worker.since == now() - timedelta(minutes=10)


@pytest.mark.parametrize("lives", [True, False])
def test_a_clock_that_is_put_on_breaks_no_worker_before_a_second_look(
    app: Flask, world: World, *, lives: bool
):
    worker_seen(0)
    work_waits(0)
    look = service_look()
    assert look.state(now()).worker.state is PartState.WORKS
    world.clock.advance(days=21)
    states = []
    for _ in range(2):
        look._until = 0.0
        states.append((look.state(now()).worker.state, look.state(now()).broken_since is not None))
        if lives:
            db.session.get_one(WorkerRow, "w").seen_at = now()
            db.session.commit()
    broken = (PartState.WORKS, False) if lives else (PartState.BROKEN, True)
    assert states == [(PartState.UNKNOWN, False), broken]


def test_mail_that_is_not_set_up_is_said_so(app: Flask):
    assert read_service_state(now()).mail.state is PartState.NOT_USED


@pytest.mark.usefixtures("app")
class TestMail:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"smtp_url": SecretStr("smtp://mail.example:25")})

    def test_it_is_broken_since_the_first_of_several_failures(self):
        assert read_service_state(now()).mail.state is PartState.WORKS
        began, turn = now(), Turn()
        for failure in range(3):
            note_away(EMAIL.code, began + timedelta(minutes=15 * failure), turn)
            assert (read_service_state(now()).mail.state is PartState.BROKEN) is (failure == 2)
            turn = Turn(failure + 1)
        assert read_service_state(now()).mail.since == began
        note_served(EMAIL.code, turn)
        assert read_service_state(now()).mail.state is PartState.WORKS

    def test_a_new_trouble_has_a_new_beginning(self):
        first, later = now(), now() + timedelta(days=1)
        note_away(EMAIL.code, first, Turn())
        note_served(EMAIL.code, Turn(1))
        for failure in range(3):
            note_away(EMAIL.code, later, Turn(failure))
        assert read_service_state(now()).mail.since == later


def test_strangers_read_it_in_both_languages_and_learn_nothing_of_portals(visitor: FlaskClient, north: Actor):
    for lang, words in (
        ("ru", "Неполадок, о которых мы знаем, нет"),
        ("en", "Nothing is broken that we know of"),
    ):
        page = visitor.get(f"/service?lang={lang}")
        assert page.status_code == 200
        assert words in page.text
        assert north.host not in page.text
        assert north.portal.member_id not in page.text


def test_an_incident_is_told_until_it_is_over_and_two_weeks_more(
    visitor: FlaskClient, command: Callable[..., Result], world: World
):
    assert "is open" in command("incident", "open", *TEXTS).output
    page = visitor.get("/service?lang=en").text
    assert "Letters are late" in page
    assert "goes on" in page
    assert "Письма идут с опозданием" in visitor.get("/service?lang=ru").text
    (row,) = json.loads(command("incident", "list", "--json").output)
    world.clock.advance(days=20)
    assert command("incident", "close", str(row["id"])).exit_code == 0
    assert "is over" in visitor.get("/service?lang=en").text
    world.clock.advance(days=13)
    service_look().forget()
    assert "Letters are late" in visitor.get("/service?lang=en").text
    world.clock.advance(days=2)
    service_look().forget()
    assert "Letters are late" not in visitor.get("/service?lang=en").text


@pytest.mark.parametrize(
    "words", [("open", "--ru", " ", "--en", "x"), ("open", "--ru", "я" * 501, "--en", "x"), ("close", "77")]
)
def test_an_incident_that_cannot_be_is_refused_in_one_line(
    command: Callable[..., Result], words: tuple[str, ...]
):
    told = command("incident", *words)
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")


def test_what_an_operator_writes_is_no_markup(visitor: FlaskClient, command: Callable[..., Result]):
    command("incident", "open", "--ru", "<script>1</script>", "--en", "<b>x</b>")
    assert "<b>x</b>" not in visitor.get("/service?lang=en").text


@pytest.mark.usefixtures("first_checks")
def test_pages_inside_have_a_line_while_something_of_ours_is_broken(
    north: Actor, command: Callable[..., Result]
):
    opened = north.opens(lang="en")
    assert 'id="service-trouble"' not in opened.get("/money").text
    command("incident", "open", *TEXTS)
    page = opened.get("/settings/help").text
    assert 'id="service-trouble"' in page
    assert "Letters are late" in page
    assert "It began:" in page
    assert "/service?lang=en" in page
    command("incident", "close", "1")
    assert 'id="service-trouble"' not in opened.get("/settings/developer").text


def test_many_questions_are_one_look(app: Flask, visitor: FlaskClient, command: Callable[..., Result]):
    visitor.get("/service?lang=en")
    runner = app.test_cli_runner()
    runner.invoke(args=["incident", "open", *TEXTS])
    assert "Letters are late" not in visitor.get("/service?lang=en").text, "half a minute old"
    service_look().forget()
    assert "Letters are late" in visitor.get("/service?lang=en").text
    assert command


@pytest.mark.enable_socket
def test_a_database_that_does_not_answer_leaves_all_unknown(settings: Settings, world: World):
    nowhere = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:9/none"})
    app = create_app(nowhere, clock=world.clock, http=sessions_of(world))
    page = app.test_client().get("/service?lang=en")
    assert page.status_code == 200
    assert page.text.count("not known now") == 2
