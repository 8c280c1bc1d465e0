"""A copy is started and a restore prepared by an integrator; key, storage and the press that writes stay with the client's administrator."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from b24app.backup.model import BackupCopy, CopyState
from b24app.backup.restore.model import Restore
from b24app.database import db, portal_scope
from b24app.integrators.rights import Right
from b24app.services import services
from tests.actors import Actor
from tests.integrators.looking import Looking, journal_of, looks_after, state_of
from tests.web.copies import add_loss, add_whole_copy, get_ready

OF_THE_CLIENT = (
    "age1",
    "Folder",
    'hx-get="/copy/setup"',
    'hx-post="/copy/key',
    'hx-post="/copy/target"',
    'hx-post="/copy/contents"',
)


def opened(integrator: Actor, client: Actor, *rights: Right) -> Looking:
    looking = looks_after(integrator, client, rights or tuple(Right))
    looking.opens()
    return looking


def newest_copy(client: Actor) -> BackupCopy:
    db.session.rollback()
    with portal_scope(client.portal_id):
        return db.session.query(BackupCopy).order_by(BackupCopy.id.desc()).first()  # type: ignore[return-value]


def test_a_whole_copy_is_seen_without_storage_and_key(south: Actor, first_checks: Actor):
    add_whole_copy(first_checks, services().clock.now() - timedelta(hours=2))
    text = opened(south, first_checks, Right.COPY).get("/copy").text
    assert 'id="copy-proofs"' in text
    assert [word for word in OF_THE_CLIENT if word in text] == []


def test_without_a_copy_nothing_is_chosen_by_an_integrator(south: Actor, first_checks: Actor):
    looking = opened(south, first_checks, Right.COPY)
    text = looking.get("/copy").text
    assert "Хранилище и ключ выбирает администратор клиента" in text
    assert [word for word in OF_THE_CLIENT if word in text] == []
    assert 'hx-post="/copy/start"' not in text


def test_a_copy_is_started_stopped_and_signed(south: Actor, first_checks: Actor):
    get_ready(first_checks, services().clock.now())
    looking = opened(south, first_checks, Right.COPY)
    assert looking.post("/copy/start").status_code == 200
    assert newest_copy(first_checks).asked_by_name == looking.person
    for step in ("pause", "resume", "stop"):
        assert looking.post(f"/copy/{step}").status_code == 200
    assert newest_copy(first_checks).state == CopyState.STOPPED
    assert [line.detail for line in journal_of(first_checks)][-2:] == ["/copy/resume", "/copy/stop"]


def test_an_alarm_is_decided_by_the_client(south: Actor, first_checks: Actor):
    number = add_loss(first_checks, services().clock.now())
    looking = opened(south, first_checks, Right.COPY)
    text = looking.get("/copy").text
    assert 'id="copy-lost"' not in text
    before = state_of(first_checks)
    assert (
        looking.post("/copy/alarm/close", loss=number, how="intended", reason="так задумано").status_code
        == 403
    )
    assert state_of(first_checks) == before


@pytest.fixture
def restoring(loss: object, south: Actor, north: Actor) -> Looking:
    assert loss
    return opened(south, north)


def test_a_restore_is_prepared_and_begun_by_the_client_alone(
    restoring: Looking, north: Actor, run_jobs: Callable[[], int]
):
    assert restoring.post("/restore/new", must="1").status_code == 200
    run_jobs()
    with portal_scope(north.portal_id):
        row = db.session.query(Restore).one()
        number, signed, error = row.id, (row.asked_by, row.asked_by_name), row.error
    assert (signed, error) == ((0, restoring.person), "")
    shown = restoring.get(f"/restore/{number}")
    assert shown.status_code == 200
    assert f'hx-post="/restore/{number}/begin"' not in shown.text
    for press in ("begin", "go-on", "stop", "undo", "by-hand", "forbid", "journal"):
        assert restoring.post(f"/restore/{number}/{press}", allow="yes", done="yes").status_code == 403
    run_jobs()
    with portal_scope(north.portal_id):
        assert db.session.query(Restore).one().begun_at is None
