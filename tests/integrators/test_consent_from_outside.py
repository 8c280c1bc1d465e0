"""From a client's portal opened by its integrator nobody reaches what the client decides: it is refused and written down."""

from dataclasses import replace

import pytest

from b24app.frames.page_token import restore_frame, sign_frame
from tests.actors import Actor, Opened
from tests.integrators.consent_story import agree, consents, enter, invite, journal


@pytest.fixture
def inside(north: Actor, north_admin: Opened, south: Actor, south_admin: Opened) -> Opened:
    """South's owner on a page that shows north, its client."""
    given = agree(north, north_admin, south, south_admin)
    token = sign_frame(replace(restore_frame(south_admin.token), consent_code=given.code))
    return Opened(south_admin.client, south_admin.response, token)


def test_an_integrator_decides_nothing_in_a_clients_portal(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, inside: Opened
) -> None:
    sealed = enter(north_admin, invite(south, south_admin).code)
    code, before = consents(north)[0].code, consents(north)
    paths = [f"{code}/{deed}" for deed in ("rights", "terms", "end", "again", "shown")]
    paths += [f"asks/{sealed}/{deed}" for deed in ("give", "decline", "again")]
    for path in ("code", "rights/undo/x", *paths):
        assert inside.post(f"/settings/integrator/{path}", rights=["papers"], months="12").status_code == 403
    for path in ("", f"/asks/{sealed}", f"/asks/{sealed}/button"):
        assert inside.get(f"/settings/integrator{path}").status_code == 403
    assert consents(north) == before
    refused = [line for line in journal(north) if line[2]]
    assert {detail.split("/")[2] for _deed, detail, _refused in refused} == {"integrator"}


def test_his_own_pages_are_his_own_portals_there_too(
    north: Actor, south: Actor, south_admin: Opened, inside: Opened
) -> None:
    assert "ООО «Верный шаг»" in inside.get("/settings/profile").text
    assert inside.get("/clients/invitations").status_code == 200
    invite(south, inside)
    assert len(consents(north)) == 1
    assert south_admin.get("/clients/setup").status_code == 200
