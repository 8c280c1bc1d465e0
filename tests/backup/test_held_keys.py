"""A key for one work: opened in one worker's memory, found nowhere else, and asked for anew after a kill."""

import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyrage
import pytest
from flask import Flask
from sqlalchemy import select

from b24app.backup.archive.held_keys import (
    KeyElsewhere,
    KeyNeeded,
    forget_key,
    forget_lapsed,
    held_identity,
    key_request,
    show_alive,
)
from b24app.backup.archive.key_memory import KeyMemory, key_memory
from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from b24app.backup.archive.model import HeldKey
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.model import JobRow
from b24app.jobs.worker import Worker as JobWorker
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.web.test_secrets import dump

KEY = throw_away_identity()
PUBLIC, SECRET = public_key_of(KEY), str(KEY)
WORK = "restore:12"


class Worker:
    """One process of ours: its memory is put in place while it works, and lost when it is killed."""

    def __init__(self, app: Flask, portal_id: int) -> None:
        self.app, self.portal_id, self.memory = app, portal_id, KeyMemory()

    def step(self, wanted: tuple[str, ...] = (PUBLIC,)) -> str:
        """A step of a job that needs the key: what came of it."""
        self.app.extensions["key_memory"] = self.memory
        with portal_scope(self.portal_id):
            try:
                identity = held_identity(WORK, wanted, job="keep_queue", job_id=12)
            except (KeyNeeded, KeyElsewhere) as refused:
                db.session.commit()
                return type(refused).__name__
            db.session.commit()
            return public_key_of(identity)

    def beats(self) -> None:
        self.app.extensions["key_memory"] = self.memory
        show_alive()

    def ends(self) -> None:
        self.app.extensions["key_memory"] = self.memory
        with portal_scope(self.portal_id):
            forget_key(WORK)
            db.session.commit()


@pytest.fixture
def process(app: Flask, north: Actor) -> Iterator[Worker]:
    yield Worker(app, north.portal_id)
    app.extensions.pop("key_memory", None)


@pytest.fixture
def give(north: Actor, north_admin: Opened) -> Callable[..., int]:
    """A person at the page, whose browser seals the key to the worker that asks."""

    def seal_and_send(secret: str = SECRET, public_key: str = "") -> int:
        with portal_scope(north.portal_id):
            asked = key_request(WORK)
            db.session.rollback()
        to = public_key or (asked.public_key if asked else "")
        sealed = pyrage.encrypt(secret.encode(), [pyrage.x25519.Recipient.from_str(to)])
        form = {"purpose": WORK, "public_key": to, "sealed": b64encode(sealed).decode()}
        return north_admin.post("/copy/key/held", **form).status_code

    return seal_and_send


def rows() -> list[HeldKey]:
    with every_portal():
        found = list(db.session.scalars(select(HeldKey)))
        db.session.expunge_all()
        db.session.rollback()
    return found


def test_a_worker_asks_a_person_gives_and_every_further_step_has_the_key(
    process: Worker, give: Callable[..., int]
) -> None:
    assert process.step() == "KeyNeeded"
    assert give() == 200
    assert [process.step(), process.step()] == [PUBLIC, PUBLIC]
    process.ends()
    assert rows() == []
    assert process.memory.is_empty


def test_the_work_is_asked_for_again_when_the_key_has_come(process: Worker, give: Callable[..., int]) -> None:
    process.step()
    give()
    asked = db.session.scalars(select(JobRow).where(JobRow.key == "keep_queue:12")).all()
    assert len(asked) == 1


def test_the_key_is_in_no_row_no_log_and_no_output(
    process: Worker,
    give: Callable[..., int],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = []
    process.step()
    seen.append(dump())
    give()
    assert rows()[0].sealed is not None
    seen.append(dump())
    assert process.step() == PUBLIC
    assert rows()[0].sealed is None
    seen += [
        dump(),
        caplog.text,
        "".join(capsys.readouterr()),
        repr(process.memory),
        str(vars(process.memory)),
    ]
    assert [one for one in seen if SECRET[16:] in one.upper() or "AGE-SECRET-KEY" in one.upper()] == []


def test_what_lies_in_the_row_opens_with_none_of_our_own_keys(
    process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    give()
    sealed = rows()[0].sealed
    assert sealed is not None
    process.memory = KeyMemory()  # the process is gone, and with it the only key
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [KEY, throw_away_identity()])


def test_after_a_kill_the_key_is_asked_for_again(
    process: Worker, give: Callable[..., int], world: World
) -> None:
    process.step()
    give()
    assert process.step() == PUBLIC
    process.memory = KeyMemory()
    assert process.step() == "KeyElsewhere"  # whether the other lives is not known yet
    world.clock.advance(seconds=61)
    assert process.step() == "KeyNeeded"
    assert give() == 200
    assert process.step() == PUBLIC


def test_a_kill_between_giving_and_taking_loses_the_key_and_nothing_else(
    process: Worker, give: Callable[..., int], world: World
) -> None:
    process.step()
    give()
    process.memory = KeyMemory()
    world.clock.advance(seconds=61)
    assert process.step() == "KeyNeeded"
    assert rows()[0].sealed is None
    give()
    assert process.step() == PUBLIC


def test_of_two_workers_the_one_that_asked_does_the_work(
    app: Flask, north: Actor, process: Worker, give: Callable[..., int], world: World
) -> None:
    other = Worker(app, north.portal_id)
    process.step()
    give()
    assert other.step() == "KeyElsewhere"
    assert process.step() == PUBLIC
    world.clock.advance(seconds=50)
    process.beats()
    world.clock.advance(seconds=50)
    assert other.step() == "KeyElsewhere"
    assert process.step() == PUBLIC


def test_another_key_is_told_and_the_right_one_is_taken(
    north: Actor, process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    give(str(throw_away_identity()))
    assert process.step() == "KeyNeeded"
    with portal_scope(north.portal_id):
        asked = key_request(WORK)
    assert asked is not None
    assert (asked.mistaken, asked.posted, asked.codes) == (True, False, (key_code(PUBLIC),))
    give()
    assert process.step() == PUBLIC


def test_what_is_sealed_but_no_key_is_taken_for_a_mistake(process: Worker, give: Callable[..., int]) -> None:
    process.step()
    give("not a key \u0416")
    assert process.step() == "KeyNeeded"


def test_a_key_that_nobody_takes_lapses_in_ten_minutes(
    process: Worker, give: Callable[..., int], world: World
) -> None:
    process.step()
    give()
    world.clock.advance(minutes=9)
    forget_lapsed()
    assert rows()[0].sealed is not None
    world.clock.advance(minutes=2)
    assert process.step() == "KeyNeeded"
    give()
    world.clock.advance(minutes=11)
    forget_lapsed()
    assert rows()[0].sealed is None
    world.clock.advance(days=2)
    forget_lapsed()
    assert rows() == []


def test_a_key_that_came_while_the_clock_ran_ahead_lapses_too(
    process: Worker, give: Callable[..., int], world: World
) -> None:
    process.step()
    give()
    world.clock.advance(minutes=-11)
    forget_lapsed()
    assert rows()[0].sealed is None
    world.clock.advance(days=-2)
    forget_lapsed()
    assert rows() == []


def test_a_key_without_use_is_let_go(process: Worker, give: Callable[..., int], world: World) -> None:
    process.step()
    give()
    process.step()
    world.clock.advance(minutes=31)
    process.beats()
    assert process.memory.is_empty
    assert process.step() == "KeyNeeded"


def test_a_work_that_ended_on_another_worker_takes_the_key_out_of_this_ones_memory(
    app: Flask, north: Actor, process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    give()
    assert process.step() == PUBLIC
    Worker(app, north.portal_id).ends()
    process.beats()
    assert process.memory.is_empty


def test_a_key_that_was_let_go_of_is_asked_for_again_even_where_it_is_still_in_memory(
    app: Flask, north: Actor, process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    give()
    assert process.step() == PUBLIC
    Worker(app, north.portal_id).ends()  # somebody has stopped the restore
    assert process.step() == "KeyNeeded"


def test_a_worker_that_was_taken_for_dead_gives_the_key_up(
    app: Flask, north: Actor, process: Worker, give: Callable[..., int], world: World
) -> None:
    other = Worker(app, north.portal_id)
    process.step()
    give()
    assert process.step() == PUBLIC
    world.clock.advance(seconds=61)
    assert other.step() == "KeyNeeded"
    assert process.step() == "KeyElsewhere"
    give()
    assert (process.step(), other.step()) == ("KeyElsewhere", PUBLIC)


def test_a_clock_that_jumps_back_makes_no_worker_live_for_ever(
    app: Flask, north: Actor, process: Worker, world: World
) -> None:
    process.step()
    world.clock.advance(days=-1)
    assert Worker(app, north.portal_id).step() == "KeyNeeded"


def test_a_step_that_was_undone_after_taking_leaves_no_sealed_text_behind(
    process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    give()
    with portal_scope(process.portal_id):
        held_identity(WORK, (PUBLIC,), job="keep_queue", job_id=12)
        db.session.rollback()
    assert rows()[0].sealed is not None
    assert process.step() == PUBLIC
    assert rows()[0].sealed is None


def test_a_key_sealed_to_a_worker_that_is_gone_is_asked_for_anew(
    process: Worker, give: Callable[..., int], world: World
) -> None:
    process.step()
    old = rows()[0].public_key
    process.memory = KeyMemory()
    world.clock.advance(seconds=61)
    process.step()
    assert give(public_key=old) == 200
    assert rows()[0].sealed is None


def test_an_open_key_is_refused_and_leaves_no_trace(process: Worker, north_admin: Opened) -> None:
    process.step()
    for sealed in (SECRET, f"x{SECRET.lower()}"):
        form = {"purpose": WORK, "public_key": rows()[0].public_key, "sealed": sealed}
        answer = north_admin.post("/copy/key/held", **form)
        assert answer.status_code == 422
        assert SECRET[20:40] not in answer.text.upper()
    assert "AGE-SECRET" not in dump()


@pytest.mark.parametrize("sealed", ["", "x", "YQ==", "A" * 5000])
def test_what_no_browser_of_ours_has_sealed_is_refused(
    process: Worker, north_admin: Opened, sealed: str
) -> None:
    process.step()
    form = {"purpose": WORK, "public_key": rows()[0].public_key, "sealed": sealed}
    assert north_admin.post("/copy/key/held", **form).status_code == 422


def test_nobody_gives_a_key_for_a_work_that_does_not_ask_or_of_another_portal(
    north: Actor, south: Actor, process: Worker, give: Callable[..., int]
) -> None:
    process.step()
    public_key = rows()[0].public_key
    sealed = pyrage.encrypt(SECRET.encode(), [pyrage.x25519.Recipient.from_str(public_key)])
    form = {"purpose": WORK, "public_key": public_key, "sealed": b64encode(sealed).decode()}
    assert south.opens().post("/copy/key/held", **form).status_code == 404
    assert north.opens().post("/copy/key/held", **(form | {"purpose": "restore:13"})).status_code == 404
    assert rows()[0].sealed is None
    assert give() == 200


def test_a_request_of_another_release_whose_job_is_no_more_takes_no_key(
    north: Actor, process: Worker, north_admin: Opened
) -> None:
    process.step()
    with portal_scope(north.portal_id):
        db.session.scalars(select(HeldKey)).one().job = "job_of_another_release"
        db.session.commit()
    public_key = rows()[0].public_key
    sealed = pyrage.encrypt(SECRET.encode(), [pyrage.x25519.Recipient.from_str(public_key)])
    form = {"purpose": WORK, "public_key": public_key, "sealed": b64encode(sealed).decode()}
    assert north_admin.post("/copy/key/held", **form).status_code == 404
    assert rows()[0].sealed is None


def test_a_heartbeat_without_keys_asks_the_database_nothing(
    app: Flask, north: Actor, process: Worker
) -> None:
    from sqlalchemy import event

    app.extensions["key_memory"] = process.memory
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    show_alive()
    assert asked == []
    assert key_memory() is process.memory


def test_a_workers_heartbeat_shows_that_its_keys_live(app: Flask, process: Worker, world: World) -> None:
    process.step()
    asked = rows()[0].seen_at
    world.clock.advance(seconds=30)
    heart = JobWorker(app, {}, scheduled=False)
    heart.enter()
    heart.turn()
    assert rows()[0].seen_at - asked == timedelta(seconds=30)


def test_ten_minutes_are_ten_minutes() -> None:
    from b24app.backup.archive.held_keys import LAPSES

    assert timedelta(minutes=10) == LAPSES
