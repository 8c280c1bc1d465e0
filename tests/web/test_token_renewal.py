"""A page after its hour: the portal names the same person again, or the page stays shut."""

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

from b24app.database import db
from b24app.errors import PageStale
from b24app.frames.page_token import SALT, restore_frame
from b24app.portals.model import InstallStatus
from b24app.services import services
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.portals.rows import accesses, people, row


def fresh(actor: Actor, user: User | None = None) -> dict[str, str]:
    """What the portal's page answers to `refreshAuth`."""
    card = next(iter(actor.portal.world.applications.values()))
    tokens = actor.portal.issue_tokens(card, user or actor.portal.admin)
    return {"AUTH_ID": tokens.access, "AUTH_EXPIRES": str(tokens.expires_in), "REFRESH_ID": tokens.refresh}


def ask_again(opened: Opened, auth: dict[str, str]) -> TestResponse:
    """The page asks for another hour, as the script does."""
    return opened.post("/frame/renew", **auth)


def test_a_press_after_the_hour_goes_on_with_a_fresh_token(
    north: Actor, north_admin: Opened, world: World
) -> None:
    world.clock.advance(minutes=61)
    assert north_admin.get("/settings/reminders").status_code == 401
    answer = ask_again(north_admin, fresh(north))
    assert answer.status_code == 204
    north_admin.token = answer.headers["X-Frame-Token"]
    world.clock.advance(minutes=59)
    assert north_admin.get("/settings/reminders").status_code == 200
    with north_admin.download("/settings/calls.csv") as answer:
        assert answer.status_code == 200
    world.clock.advance(minutes=2)
    assert north_admin.get("/settings/reminders").status_code == 401
    assert north_admin.download("/settings/calls.csv").status_code == 401


def test_a_renewed_page_is_the_same_place(north: Actor, world: World) -> None:
    opened = north.opens("REST_APP_URI", lang="en", screen="renewal")
    world.clock.advance(minutes=61)
    renewed = restore_frame(ask_again(opened, fresh(north)).headers["X-Frame-Token"])
    assert (renewed.placement, renewed.options["screen"], renewed.language) == (
        "REST_APP_URI",
        "renewal",
        "en",
    )


def test_a_renewal_learns_what_the_portal_says_now(north: Actor, north_admin: Opened, world: World) -> None:
    world.clock.advance(minutes=61)
    north.portal.admin.admin = False
    north_admin.token = ask_again(north_admin, fresh(north)).headers["X-Frame-Token"]
    assert not accesses(north)
    assert north_admin.get("/settings/reminders").status_code == 403
    assert north_admin.download("/settings/calls.csv").status_code == 403


def test_a_renewal_keeps_the_tokens_for_work_without_the_person(
    north: Actor, north_admin: Opened, world: World
) -> None:
    world.clock.advance(minutes=61)
    auth = fresh(north)
    ask_again(north_admin, auth)
    assert [access.access_token for access in accesses(north)] == [auth["AUTH_ID"]]


def test_a_renewal_of_another_person_is_refused(north: Actor, north_employee: Opened) -> None:
    answer = ask_again(north_employee, fresh(north))
    assert answer.status_code == 403
    assert "X-Frame-Token" not in answer.headers


def test_a_renewal_with_a_token_of_another_portal_is_refused(
    north_admin: Opened, north: Actor, south: Actor
) -> None:
    before = row(north).application_token
    assert ask_again(north_admin, fresh(south)).status_code == 403
    assert row(north).application_token == before


def test_a_renewal_with_a_token_of_another_application_is_refused(
    north: Actor, north_admin: Opened, world: World
) -> None:
    card = world.register_application(
        client_id="local.other", client_secret="s", title="O", app_url="https://o.example/", scopes=["crm"]
    )
    north.portal.add_application(card)
    tokens = north.portal.issue_tokens(card, north.portal.admin)
    assert ask_again(north_admin, {"AUTH_ID": tokens.access}).status_code == 403


@pytest.mark.parametrize(
    "auth",
    [{}, {"AUTH_ID": ""}, {"AUTH_ID": "x" * 600}, {"AUTH_ID": "x", "AUTH_EXPIRES": "soon"}, {"AUTH_ID": "x"}],
)
def test_a_malformed_renewal_is_refused(north_admin: Opened, auth: dict[str, str]) -> None:
    assert ask_again(north_admin, auth).status_code == 403


@pytest.mark.parametrize("token", ["", "forged", "x.y"])
def test_a_renewal_needs_a_page_of_ours(north: Actor, visitor: FlaskClient, token: str) -> None:
    answer = visitor.post("/frame/renew", data=fresh(north), headers={"X-Frame-Token": token})
    assert answer.status_code == 401


def test_a_dismissed_person_gets_no_renewal(north: Actor, north_admin: Opened, world: World) -> None:
    world.clock.advance(minutes=61)
    auth = fresh(north)
    north.portal.dismiss(north.portal.admin)
    assert ask_again(north_admin, auth).status_code == 403
    assert north_admin.get("/settings/reminders").status_code == 401


def test_a_portal_that_does_not_answer_gives_a_renewal_for_reading_only(
    north: Actor, north_admin: Opened, world: World
) -> None:
    world.clock.advance(minutes=61)
    auth = fresh(north)
    north.portal.answer_next("html", times=999)
    answer = ask_again(north_admin, auth)
    assert answer.status_code == 204
    assert restore_frame(answer.headers["X-Frame-Token"]).read_only
    assert people(north)[north.portal.admin.id].rights_ended_at is None


def test_a_page_of_a_removed_application_gets_no_renewal(north: Actor, north_admin: Opened) -> None:
    auth = fresh(north)
    row(north).status = InstallStatus.DELETED
    db.session.commit()
    assert ask_again(north_admin, auth).status_code == 401


def test_a_download_may_ask_before_it_goes(
    north: Actor, north_admin: Opened, south_admin: Opened, world: World
) -> None:
    assert north_admin.post("/frame/check").status_code == 204
    assert south_admin.post("/frame/check").status_code == 204
    assert north.client.post("/frame/check", headers={"X-Frame-Token": "bad"}).status_code == 401
    world.clock.advance(minutes=61)
    assert north_admin.post("/frame/check").status_code == 401


OLD = {"p": 1, "u": 1, "w": "DEFAULT", "o": {}, "l": "ru", "h": "auto", "s": ""}
STRANGE = [
    OLD,
    OLD | {"t": None},
    OLD | {"t": "x"},
    OLD | {"t": 1e300},
    OLD | {"t": -1},
    {},
    [],
    None,
    "text",
    7,
]


@pytest.mark.parametrize("payload", STRANGE, ids=repr)
def test_a_token_of_another_release_is_stale(north_admin: Opened, payload: object) -> None:
    secret = services().settings.secret_key.get_secret_value()
    north_admin.token = str(URLSafeSerializer(secret, salt=SALT).dumps(payload))
    assert north_admin.get("/settings/reminders").status_code == 401
    assert ask_again(north_admin, {"AUTH_ID": "x"}).status_code == 401


def test_a_token_of_the_last_release_is_judged_by_its_age(
    north: Actor, north_admin: Opened, world: World
) -> None:
    secret = services().settings.secret_key.get_secret_value()
    seen = OLD | {"p": north.portal_id, "u": north.portal.admin.id, "t": int(world.clock.now().timestamp())}
    north_admin.token = str(URLSafeSerializer(secret, salt=SALT).dumps(seen))
    assert north_admin.get("/settings/reminders").status_code == 200
    world.clock.advance(minutes=61)
    assert north_admin.get("/settings/reminders").status_code == 401


def test_a_clock_that_was_set_back_makes_no_page_live_longer(north_admin: Opened, world: World) -> None:
    world.clock.advance(hours=-1)
    with pytest.raises(PageStale, match="token_expired"):
        restore_frame(north_admin.token)


def test_an_answer_without_a_renewing_token_leaves_the_living_pair(
    north: Actor, north_admin: Opened, world: World
) -> None:
    kept = [access.refresh_token for access in accesses(north)]
    world.clock.advance(minutes=61)
    auth = fresh(north)
    del auth["REFRESH_ID"]
    assert ask_again(north_admin, auth).status_code == 204
    north.sends(north.portal.opens(user=north.portal.admin), REFRESH_ID="")
    assert [access.refresh_token for access in accesses(north)] == kept
