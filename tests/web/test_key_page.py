"""The page of the key: a public key is kept with a word about its secret half; a secret one that is pasted leaves no trace."""

import json
import logging
from datetime import UTC, datetime

import pytest

from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from b24app.backup.backup_plan import plan_to_change, read_choices
from b24app.backup.model import BackupCopy, CopyKind, CopyPack, CopyState
from b24app.database import db, portal_scope
from tests.actors import Actor, Opened
from tests.web.test_secrets import dump
from tests.web.test_silent_portal import opens_silent
from tools.reader_file import RESULT

KEY = throw_away_identity()
PUBLIC, SECRET = public_key_of(KEY), str(KEY)
SECOND = public_key_of(throw_away_identity())
AT = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.fixture
def admin(north: Actor) -> Opened:
    return north.opens(lang="en")


def keep_a_copy(actor: Actor, state: CopyState = CopyState.DONE) -> None:
    with portal_scope(actor.portal_id):
        copy = BackupCopy(kind=CopyKind.MANUAL, state=state, created_at=AT)
        db.session.add(copy)
        db.session.flush()
        pack = CopyPack(
            copy_id=copy.id, entity="deal", number=1, name="packs/x", sha256="x", plain_sha256="y", size=1, rows=1, stored_at=AT
        )  # fmt: skip
        db.session.add(pack)
        db.session.commit()


def choices(actor: Actor) -> tuple[str, str, bool]:
    with portal_scope(actor.portal_id):
        found = read_choices()
        db.session.rollback()
    return found.recipient, found.second_recipient, found.has_key


def test_without_a_key_the_page_offers_both_ways(admin: Opened) -> None:
    text = admin.get("/copy/key").text
    assert 'data-key-act="make"' in text
    assert 'name="recipient"' in text
    assert text.count("btn-filled") == 2  # the second one shows when the key is there, in place of the first
    assert 'hx-post="/copy/key/second"' not in text


def test_a_public_key_is_kept_with_who_chose_it(north: Actor, admin: Opened) -> None:
    answer = admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    assert answer.status_code == 200
    assert key_code(PUBLIC) in answer.text
    assert choices(north) == (PUBLIC, "", True)
    with portal_scope(north.portal_id):
        row = plan_to_change()
        assert row.key_by == north.portal.admin.id
        assert row.key_at == row.key_kept_at is not None
        assert row.key_by_name


def test_without_the_tick_no_key_is_kept(north: Actor, admin: Opened) -> None:
    answer = admin.post("/copy/key", recipient=PUBLIC)
    assert answer.status_code == 422
    assert PUBLIC in answer.text
    assert choices(north) == ("", "", False)


@pytest.mark.parametrize("field", ["recipient", "second_recipient"])
@pytest.mark.parametrize("typed", [SECRET, SECRET.lower(), f"# public key: {PUBLIC}\n{SECRET}"])
def test_a_secret_key_is_refused_and_found_nowhere(
    north: Actor,
    admin: Opened,
    caplog: pytest.LogCaptureFixture,
    field: str,
    typed: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    path = "/copy/key" if field == "recipient" else "/copy/key/second"
    if field == "second_recipient":
        admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    answer = admin.post(path, **{field: typed, "kept": "yes"})
    assert answer.status_code == 422
    assert "it was sent over the network" in answer.text
    assert (
        answer.text.count("it was sent over the network") == 1
    )  # below its field, and not above the page again
    places = (answer.text, caplog.text, dump())
    assert [place for place in places if SECRET[20:40].lower() in place.lower()] == []
    assert choices(north)[1] == ""


@pytest.mark.parametrize("typed", ["", "age1short", f"{PUBLIC}x", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_refused_with_the_page(north: Actor, admin: Opened, typed: str) -> None:
    answer = admin.post("/copy/key", recipient=typed, kept="yes")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert choices(north)[0] == ""


def test_the_integrators_key_is_added_and_taken_away(north: Actor, admin: Opened) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    assert key_code(SECOND) in admin.post("/copy/key/second", second_recipient=SECOND).text
    assert choices(north) == (PUBLIC, SECOND, True)
    admin.post("/copy/key/second", second_recipient="")
    assert choices(north) == (PUBLIC, "", True)
    assert admin.post("/copy/key/second", second_recipient=PUBLIC).status_code == 422


def test_the_integrators_key_that_becomes_the_first_is_no_second_one(north: Actor, admin: Opened) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    admin.post("/copy/key/second", second_recipient=SECOND)
    admin.post("/copy/key", recipient=SECOND, kept="yes")
    assert choices(north) == (SECOND, "", True)


def test_a_new_key_while_copies_exist_says_that_old_ones_open_with_the_old_key(
    north: Actor, admin: Opened
) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    warning = f"open with the key {key_code(PUBLIC)} alone"
    assert warning not in admin.get("/copy/key").text
    keep_a_copy(north)
    assert warning in admin.get("/copy/key").text


@pytest.mark.parametrize("state", [CopyState.READING, CopyState.PAUSED, CopyState.PROVING])
def test_while_a_copy_is_under_way_its_keys_stay(north: Actor, admin: Opened, state: CopyState) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    keep_a_copy(north, state)
    text = admin.get("/copy/key").text
    assert "A copy is under way" in text
    assert 'data-key-act="make"' not in text
    assert admin.post("/copy/key", recipient=SECOND, kept="yes").status_code == 422
    assert admin.post("/copy/key/second", second_recipient=SECOND).status_code == 422
    assert choices(north) == (PUBLIC, "", True)


def test_in_the_steps_of_the_tab_the_key_is_chosen_and_the_tab_stays(north: Actor, admin: Opened) -> None:
    assert 'data-key-act="make"' in admin.get("/copy").text
    answer = admin.post("/copy/key", recipient=PUBLIC, kept="yes", back="copy")
    assert 'id="copy-steps"' in answer.text
    wrong = admin.post("/copy/key", recipient="age1", kept="yes", back="copy")
    assert wrong.status_code == 422
    assert 'id="copy-steps"' in wrong.text


def test_a_portal_chooses_a_key_for_itself_alone(admin: Opened, south: Actor) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    assert choices(south) == ("", "", False)


@pytest.mark.parametrize("path", ["/copy/key", "/copy/key/second", "/copy/key/held"])
def test_who_is_no_administrator_sees_and_changes_nothing(north: Actor, path: str) -> None:
    employee = north.opens(user=north.portal.employee)
    assert employee.post(path, recipient=PUBLIC, kept="yes").status_code == 403
    assert employee.get("/copy/key").status_code == 403


def test_the_page_of_a_silent_portal_shows_the_key_and_changes_none(north: Actor, admin: Opened) -> None:
    admin.post("/copy/key", recipient=PUBLIC, kept="yes")
    opened = opens_silent(north, lang="en")
    text = opened.get("/copy/key").text
    assert "data-read-only" in text
    assert key_code(PUBLIC) in text
    assert 'data-key-act="make"' not in text
    assert "<form" not in text.split('id="key"')[1].split("</section>")[0]
    assert opened.post("/copy/key", recipient=SECOND, kept="yes").status_code >= 400
    assert opened.post("/copy/key/second", second_recipient=SECOND).status_code >= 400
    assert choices(north) == (PUBLIC, "", True)


def test_the_program_that_opens_a_copy_without_us_is_given_to_everybody(admin: Opened) -> None:
    path = admin.get("/copy/key").text.split('href="/static/reader/')[1].split('"')[0].replace("&amp;", "&")
    with admin.client.get(f"/static/reader/{path}") as answer:
        assert answer.data == RESULT.read_bytes()


def test_the_script_of_the_key_comes_only_where_a_key_is_made(admin: Opened) -> None:
    page = admin.get("/copy/key").text
    parts = json.loads(page.split('<meta name="parts" content="')[1].split('">')[0].replace("&#34;", '"'))
    script = next(one for one in parts["key"] if ".js" in one)
    assert f'src="{script}"' not in admin.get("/renewal").text
    text = admin.client.get(script).text
    assert "age-encryption 0.3.1" in text or "var age=" in text
    assert "eval(" not in text
    assert "innerHTML" not in text
