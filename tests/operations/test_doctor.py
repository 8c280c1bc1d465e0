"""`flask doctor` names each part that does not work and what to do, prints no secret, and never waits longer than it may."""

import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from b24app.cli.doctor.finding import FindingState
from b24app.cli.doctor.installation_parts import judge_disk, judge_queue
from b24app.cli.doctor.outside_parts import judge_clock
from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.jobs.model import ScheduleRow, WorkerRow
from b24app.portals.model import Access
from b24app.reminders.channels.email import MailServer
from b24app.reminders.channels.telegram.polling import digest_of, operator_bot
from b24app.reminders.model import TelegramBot
from b24app.services import LaneFigures, QueueFigures
from b24app.settings import Settings
from b24app.web.present_state import Disk
from tests.actors import Actor
from tests.databases import POSTGRESQL
from tests.operations.doctor_servers import free_port, server_whose_clock, silent_server, site_over_tls
from tests.renewal.bot_server import BAD_TOKEN, TOKEN, BotServer, bot_servers, telegram
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["bot_servers", "post_offices", "postman", "telegram"]
pytestmark = [pytest.mark.enable_socket, pytest.mark.once]
GIGABYTE = 1024**3


@dataclass
class Told:
    """What the doctor printed as JSON, and its exit code."""

    code: int
    lines: list[dict[str, str]]
    output: str

    def of(self, part: str) -> list[tuple[str, str]]:
        return [(one["state"], one["found"]) for one in self.lines if one["part"] == part]

    def failed(self) -> set[str]:
        return {one["part"] for one in self.lines if one["state"] == "failed"}


Ask = Callable[..., Told]


@pytest.fixture
def ask(settings: Settings) -> Iterator[Ask]:
    """Run the doctor over an installation with such settings, on the real clock and the real network of this machine."""
    with ExitStack() as stack:

        def run(*words: str, **changes: Any) -> Told:
            usual = {
                "allow_local_portals": True,
                "oauth_servers": (),
                "public_url": f"https://localhost:{free_port()}",
            }
            app = create_app(settings.model_copy(update=usual | changes))
            stack.callback(_close, app)
            runner = app.test_cli_runner()
            done = Context().run(
                runner.invoke, args=["doctor", "--json", *words]
            )  # as in a process of its own
            return Told(done.exit_code, json.loads(done.stdout), done.output)

        yield run


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def live(app: Flask) -> None:
    """A worker has shown itself a moment ago."""
    now = datetime.now(UTC)
    db.session.add(WorkerRow(id="one", seen_at=now))
    db.session.merge(ScheduleRow(name="send_due", last=now))
    db.session.commit()


def test_an_installation_that_works_is_well(
    ask: Ask, app: Flask, tmp_path: Path, postman: tuple[Postman, MailServer], telegram: BotServer
):
    live(app)
    with server_whose_clock() as server, site_over_tls(tmp_path, app) as (url, ca):
        told = ask(
            smtp_url=SecretStr(f"smtp://127.0.0.1:{postman[1].port}"),
            mail_from="renewal@renewal.example",
            telegram_token=SecretStr(TOKEN),
            telegram_api=telegram.url,
            oauth_servers=(server,),
            public_url=url,
            trusted_ca=ca,
        )
    states = {one["part"]: one["state"] for one in told.lines if one["part"] != "settings"}
    assert states == dict.fromkeys(
        ["database", "schema", "keys", "queue", "disk", "certificate", "site", "oauth", "clock", "access", "mail", "telegram"], "ok"
    ) | {"redis": "off"}  # fmt: skip
    assert told.failed() == {"settings"}  # local portals are allowed here
    assert told.code == 1
    assert postman[0].taken == []
    assert telegram.asked == ["getMe"]


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("chief@shop.example", "chief@shop.example"),
        ("chief@почта.рф", "chief@xn--80a1acny.xn--p1ai"),
    ],
)
def test_a_letter_is_sent_only_where_it_is_asked_for(
    ask: Ask, app: Flask, postman: tuple[Postman, MailServer], to: str, written: str
):
    told = ask("--letter", to, smtp_url=SecretStr(f"smtp://127.0.0.1:{postman[1].port}"))
    assert told.of("mail")[0][0] == "ok"
    (letter,) = postman[0].taken
    assert letter["To"] == written
    assert "flask doctor" in letter["Subject"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtp://marina:wrong-metka@127.0.0.1:{office}", "MailNotAccepted 535"),
        ("smtp://127.0.0.1:{closed}", "MailUnavailable ConnectionRefusedError"),
        ("smtps://127.0.0.1:{office}", "MailUnavailable SSLError"),
    ],
    ids=["wrong password", "nobody there", "no TLS"],
)
def test_mail_that_does_not_let_us_in(
    ask: Ask, app: Flask, postman: tuple[Postman, MailServer], url: str, words: str
):
    address = url.format(office=postman[1].port, closed=free_port())
    told = ask(smtp_url=SecretStr(address))
    state, found = told.of("mail")[0]
    assert (state, words in found) == ("failed", True), found
    assert "metka" not in told.output
    assert "marina" not in told.output


def test_a_mail_server_that_says_nothing_holds_nobody_up(ask: Ask, app: Flask):
    began = time.monotonic()
    with silent_server() as port:
        told = ask("--seconds", "2", smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"))
        assert time.monotonic() - began < 15
    assert told.of("mail") == [("failed", "no answer within 2 s")]


def test_a_bot_whose_token_is_not_valid(ask: Ask, app: Flask, telegram: BotServer):
    telegram.refuse("getMe", BAD_TOKEN)
    told = ask(telegram_token=SecretStr(TOKEN), telegram_api=telegram.url)
    assert told.of("telegram") == [("failed", "the token is not valid")]
    assert TOKEN not in told.output


def test_telegram_that_cannot_be_reached(ask: Ask, app: Flask):
    told = ask(telegram_token=SecretStr(TOKEN), telegram_api=f"http://127.0.0.1:{free_port()}")
    assert told.of("telegram")[0][0] == "failed"
    assert "BotAway" in told.of("telegram")[0][1]
    assert TOKEN not in told.output


def test_a_bot_whose_messages_another_program_reads(ask: Ask, app: Flask, telegram: BotServer):
    changes = {"telegram_token": SecretStr(TOKEN), "telegram_api": telegram.url}
    ask(**changes)
    with create_app_context(app, changes):
        bot = operator_bot()
        assert bot is not None
        db.session.add(TelegramBot(id=digest_of(bot), error="PollTaken"))
        db.session.commit()
    assert [state for state, _ in ask(**changes).of("telegram")] == ["ok", "remark"]


@contextmanager
def create_app_context(app: Flask, changes: dict[str, Any]) -> Iterator[None]:
    other = create_app(app.extensions["services"].settings.model_copy(update=changes))
    with other.app_context():
        yield
    _close(other)


def test_authorization_servers_the_first_matters_most(ask: Ask, app: Flask):
    away = f"http://127.0.0.1:{free_port()}"
    with server_whose_clock() as server:
        assert [state for state, _ in ask(oauth_servers=(server, away)).of("oauth")] == ["ok", "remark"]
        told = ask(oauth_servers=(away, server))
    assert [state for state, _ in told.of("oauth")] == ["failed", "ok"]
    assert told.of("clock")[0][0] == "ok"


@pytest.mark.parametrize(
    ("differs", "state"),
    [(timedelta(minutes=-10), "failed"), (timedelta(minutes=2), "remark"), (timedelta(seconds=3), "ok")],
)
def test_a_clock_that_goes_wrong_is_measured(ask: Ask, app: Flask, differs: timedelta, state: str):
    with server_whose_clock(differs) as server:
        told = ask(oauth_servers=(server,))
    assert told.of("clock")[0][0] == state


def test_a_clock_that_nobody_can_compare_is_no_good_clock():
    now = datetime.now(UTC)
    assert judge_clock("", None, now).state is FindingState.REMARK
    assert judge_clock("the database", now - timedelta(hours=1), now).state is FindingState.FAILED


@pytest.mark.parametrize(("days", "state"), [(60, "ok"), (9, "remark"), (1, "failed")])
def test_a_certificate_is_judged_by_the_days_it_lives(
    ask: Ask, app: Flask, tmp_path: Path, days: int, state: str
):
    with site_over_tls(tmp_path, app, days) as (url, ca):
        told = ask(public_url=url, trusted_ca=ca)
    assert told.of("certificate") == [(state, f"localhost: valid for {days} days")]
    assert told.of("site")[0][0] == "ok"


@pytest.mark.parametrize(
    ("days", "name"), [(60, "other.example"), (-1, "localhost")], ids=["another name", "ended"]
)
def test_a_certificate_that_browsers_refuse(ask: Ask, app: Flask, tmp_path: Path, days: int, name: str):
    with site_over_tls(tmp_path, app, days, name) as (url, ca):
        told = ask(public_url=url, trusted_ca=ca)
    assert told.of("certificate")[0][0] == "failed"
    assert told.of("site") == []


def test_a_certificate_of_an_unknown_authority(ask: Ask, app: Flask, tmp_path: Path):
    with site_over_tls(tmp_path, app) as (url, _):
        assert ask(public_url=url).of("certificate")[0][0] == "failed"


def test_another_site_at_our_address_is_not_us(ask: Ask, app: Flask, tmp_path: Path):
    with site_over_tls(tmp_path, Flask("strange")) as (url, ca):
        told = ask(public_url=url, trusted_ca=ca)
    assert told.of("site")[0] == (
        "failed",
        f"{url.removeprefix('https://')} answers 404 and not as this application",
    )


def test_an_address_where_nobody_listens(ask: Ask, app: Flask):
    assert ask().of("site")[0][0] == "failed"


def test_a_database_that_is_away_fails_by_name_and_the_rest_is_looked_at(ask: Ask, app: Flask):
    password = "geheim-metka"
    told = ask(database_url=f"postgresql+psycopg://renewal:{password}@127.0.0.1:{free_port()}/renewal")
    assert {"database", "schema", "keys", "queue", "access"} <= told.failed()
    assert "onnection" in told.of("database")[0][1]
    assert told.of("disk")[0][0] == "ok"
    assert password not in told.output


@pytest.mark.skipif(bool(POSTGRESQL), reason="a file")
@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into every file")
def test_a_file_that_takes_no_writes(ask: Ask, settings: Settings, tmp_path: Path):
    kept = tmp_path / "kept.sqlite3"
    shutil.copy(settings.database_url.removeprefix("sqlite:///"), kept)
    kept.chmod(stat.S_IRUSR)
    assert "database" in ask(database_url=f"sqlite:///{kept}").failed()


@pytest.mark.skipif(bool(POSTGRESQL), reason="a file")
def test_a_file_that_is_only_read(ask: Ask, app: Flask, settings: Settings, tmp_path: Path):
    kept = tmp_path / "kept.sqlite3"
    shutil.copy(settings.database_url.removeprefix("sqlite:///"), kept)
    told = ask(database_url=f"sqlite:///file:{kept}?mode=ro&immutable=1&uri=true")
    assert told.of("database") == [("failed", "sqlite: attempt to write a readonly database")]


@pytest.mark.skipif(bool(POSTGRESQL), reason="a file")
def test_a_database_without_tables_asks_for_the_upgrade(ask: Ask, app: Flask, tmp_path: Path):
    told = ask(database_url=f"sqlite:///{tmp_path}/new.sqlite3")
    assert told.of("schema") == [("failed", "there are no tables")]
    assert any("db upgrade" in one["todo"] for one in told.lines)


@pytest.mark.parametrize(
    ("version", "state"), [("0032_client_reports", "failed"), ("0999_of_a_later_release", "remark")]
)
def test_a_schema_of_another_release(ask: Ask, app: Flask, settings: Settings, version: str, state: str):
    engine = create_engine(settings.database_url)
    with engine.begin() as line:
        kept = line.scalar(text("SELECT version_num FROM alembic_version"))
        line.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    try:
        assert ask().of("schema")[0][0] == state
    finally:
        with engine.begin() as line:
            line.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": kept})
        engine.dispose()


def test_without_a_worker_the_queue_fails(ask: Ask, app: Flask):
    assert ask().of("queue") == [("failed", "no worker lives; 0 jobs wait")]


def test_a_worker_that_was_killed_counts_by_its_last_heartbeat(ask: Ask, app: Flask):
    db.session.add(WorkerRow(id="dead", seen_at=datetime.now(UTC) - timedelta(minutes=10)))
    db.session.commit()
    assert "the last heartbeat was 60" in ask().of("queue")[0][1]


def test_a_queue_that_lags_or_does_not_begin_what_is_scheduled():
    lanes = (LaneFigures("people", 3, 1, 1200), LaneFigures("nightly", 90, 8, 7200))
    late = list(judge_queue(QueueFigures(lanes, 25, 1, 5, 900)))
    assert [one.state for one in late] == [
        FindingState.OK,
        FindingState.FAILED,
        FindingState.REMARK,
        FindingState.REMARK,
    ]
    assert "people" in late[2].found
    assert [one.state for one in judge_queue(QueueFigures((), 0, 2, 5, 20))] == [FindingState.OK]


def test_tokens_refused_for_our_own_key_are_told(ask: Ask, north: Actor):
    assert ask().of("access")[0][0] == "ok"
    with portal_scope(north.portal_id):
        db.session.query(Access).one().state = "wrong_client"
        db.session.commit()
    assert ask().of("access") == [("failed", "our id or key was refused for 1 portals")]


def test_keys_that_do_not_open_what_is_stored(ask: Ask, north: Actor, seal_key: str):
    other = SecretStr(Fernet.generate_key().decode())
    state, found = ask(seal_keys=(other,)).of("keys")[0]
    assert state == "failed"
    assert "access.access_token" in found
    assert ask(seal_keys=(other, SecretStr(seal_key))).of("keys")[0][0] == "remark"
    assert ask(seal_keys=(SecretStr(seal_key), other)).of("keys")[0][0] == "ok"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"allow_local_portals": True}, "failed"),
        ({"clock_file": Path("clock")}, "failed"),
        ({"secret_key": SecretStr("a" * 40)}, "failed"),
        ({"metrics_open": True}, "remark"),
        ({"support_contact": ""}, "remark"),
        ({"metrics_token": None}, "remark"),
        ({"oauth_servers": ("https://oauth.example",)}, "remark"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_settings_that_do_not_belong_into_service(ask: Ask, app: Flask, changes: dict[str, Any], state: str):
    good = {
        "allow_local_portals": False, "support_contact": "help@renewal.example", "metrics_token": SecretStr("scraper"),
        "oauth_servers": ("https://oauth.bitrix24.tech",),
    }  # fmt: skip
    assert [one for one, _ in ask("--seconds", "3", **good | changes).of("settings")] == [state]


def test_good_settings_are_said_to_be_good(ask: Ask, app: Flask):
    told = ask(
        "--seconds", "3", allow_local_portals=False, support_contact="help@renewal.example", metrics_token=SecretStr("scraper"),
        oauth_servers=("https://oauth.bitrix24.tech",),
    )  # fmt: skip
    assert [state for state, _ in told.of("settings")] == ["ok"]


@pytest.mark.parametrize(
    ("free", "state"), [(50, FindingState.OK), (9, FindingState.REMARK), (2, FindingState.FAILED)]
)
def test_a_disk_is_judged_by_what_is_free(free: int, state: FindingState):
    found = judge_disk("database", Path("/var"), Disk(free * GIGABYTE, 100 * GIGABYTE))
    assert found.state is state
    assert bool(found.todo) is (state is not FindingState.OK)


def test_a_folder_of_copies_that_is_not_there(ask: Ask, app: Flask, tmp_path: Path):
    told = ask(backup_folder=tmp_path / "gone")
    assert ("failed", f"copies: {tmp_path / 'gone'} is not there") in told.of("disk")


def test_redis_that_is_away_is_a_remark_for_the_database_counts(ask: Ask, app: Flask):
    told = ask(redis_url=f"redis://:metka@127.0.0.1:{free_port()}/0")
    assert told.of("redis")[0][0] == "remark"
    assert "metka" not in told.output


@pytest.mark.skipif(not os.environ.get("B24_REDIS"), reason="a Redis by address")
def test_redis_that_answers(ask: Ask, app: Flask):
    assert ask(redis_url=os.environ["B24_REDIS"]).of("redis")[0][0] == "ok"


def test_the_table_names_what_to_do_and_ends_with_the_count(settings: Settings, app: Flask):
    told = app.test_cli_runner().invoke(args=["doctor", "--seconds", "3"]).stdout
    assert "→ Start the worker" in told
    assert told.splitlines()[-1].endswith("remarks.")


def test_whatever_fails_says_what_to_do(ask: Ask, app: Flask):
    told = ask("--seconds", "3", database_url="sqlite:////no/such/folder/app.sqlite3")
    assert [one for one in told.lines if one["state"] in {"failed", "remark"} and not one["todo"]] == []
