"""What portals send, parsed: whatever comes, the answer is a value or a refusal that names fields only."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from b24app.errors import Refused
from b24app.portals.addresses import check_endpoint, check_host, check_server
from b24app.portals.incoming_forms import read_event, read_frame_post, read_options, unfold

GOOD = {"AUTH_ID": "token", "member_id": "a" * 32, "PLACEMENT": "LEFT_MENU"}
QUERY = {"DOMAIN": "north.example", "PROTOCOL": "1", "LANG": "ru", "APP_SID": "0" * 32}
WORDS = st.dictionaries(
    st.sampled_from(
        [
            "AUTH_ID",
            "AUTH_EXPIRES",
            "member_id",
            "PLACEMENT",
            "PLACEMENT_OPTIONS",
            "APPLICATION_SCOPE",
            "status",
        ]
    ),
    st.text(max_size=40),
)


def reason_of(read: Callable[[], object]) -> str:
    try:
        read()
    except Refused as error:
        return error.reason
    return ""


@given(WORDS)
def test_any_form_is_a_post_or_a_refusal(form: dict[str, str]):
    reason = reason_of(lambda: read_frame_post(QUERY, form))
    assert reason in ("", "no_access_token") or reason.startswith("malformed:")


@given(st.dictionaries(st.text("abcdeventauth[]_", max_size=20), st.text(max_size=20), max_size=8))
def test_any_event_form_is_an_event_or_a_refusal(form: dict[str, str]):
    reason = reason_of(lambda: read_event(form | {"event": "ONAPPTEST", "auth[member_id]": "x"}))
    assert not reason or reason.startswith("malformed:")


@given(st.text(max_size=60))
@example("Infinity")
def test_any_options_are_texts_or_a_refusal(text: str):
    found: dict[str, str] = {}
    reason = reason_of(lambda: found.update(read_options(text)))
    assert reason in ("", "malformed:PLACEMENT_OPTIONS")
    assert all(isinstance(value, str) for value in found.values())


def test_a_refusal_names_the_field_and_not_its_value():
    with pytest.raises(Refused, match=r"^malformed:member_id$"):
        read_frame_post(QUERY, GOOD | {"member_id": "secret value"})


def test_scopes_come_with_commas_or_spaces():
    assert read_frame_post(QUERY, GOOD | {"APPLICATION_SCOPE": "crm,im task"}).scopes == ("crm", "im", "task")


def test_options_are_plain_values():
    assert read_options('{"ID": 7, "URI": "\\/crm\\/", "list": [1]}') == {"ID": "7", "URI": "/crm/"}


def test_a_token_does_not_show_in_the_text_of_a_post():
    assert "token" not in repr(read_frame_post(QUERY, GOOD)).replace("_token", "")


def test_brackets_of_php_are_unfolded():
    form = {"event": "E", "data[FIELDS][ID]": "7", "auth[member_id]": "m", "event[x]": "junk"}
    assert unfold(form) == {"event": "E", "data": {"FIELDS": {"ID": "7"}}, "auth": {"member_id": "m"}}


@pytest.mark.parametrize(
    "host",
    ["localhost", "10.0.0.1", "portal", "portal.local", "a..b", "x@y.example", "north.example:99999", ""],
)
def test_a_host_that_no_portal_has_is_refused(app: Flask, host: str):
    with pytest.raises(Refused):
        check_host(host, https=True)


def test_a_usual_port_is_left_out_of_a_host(app: Flask):
    assert check_host("North.Example:443", https=True) == "north.example"


def test_portals_without_https_are_refused(app: Flask):
    with pytest.raises(Refused, match="https_required"):
        check_host("north.example", https=False)


def test_an_endpoint_lies_at_its_host(app: Flask):
    assert check_endpoint("https://north.example/rest", "north.example") == "https://north.example/rest/"
    with pytest.raises(Refused, match="foreign_portal"):
        check_endpoint("https://thief.example/rest/", "north.example")


@pytest.mark.parametrize(
    "server", ["https://oauth.bitrix24.tech.thief.example/rest/", "http://oauth.bitrix24.tech", ""]
)
def test_only_servers_on_the_list_are_asked(app: Flask, server: str):
    with pytest.raises(Refused, match="server_not_allowed"):
        check_server(server)
