"""The Host header is not reflected: our own address comes from the settings, whatever a request says."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.actors import Opened

EVIL = "evil.example"
WAYS = {
    "Host": {"Host": EVIL},
    "Host with a port": {"Host": f"{EVIL}:8443"},
    "X-Forwarded-Host": {"X-Forwarded-Host": EVIL},
    "X-Forwarded-Server": {"X-Forwarded-Server": EVIL},
    "X-Forwarded-Prefix": {"X-Forwarded-Prefix": f"//{EVIL}"},
    "X-Original-Url": {"X-Original-Url": f"https://{EVIL}/"},
    "Forwarded": {"Forwarded": f"host={EVIL};proto=http"},
    "a broken Host": {"Host": f"{EVIL}/<script>"},
}
PATHS = (
    "/",
    "/help",
    "//help",
    "/help//",
    "/help/",
    "/settings/reminders//channels",
    "/no/such",
    "/status/forged",
    "/app",
    "/events",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", PATHS)
def test_no_answer_repeats_the_host_of_a_request(visitor: FlaskClient, way: str, path: str):
    answer = visitor.get(path, headers=WAYS[way])
    assert EVIL not in answer.text
    assert EVIL not in str(answer.headers)
    assert answer.status_code < 500


def test_a_redirect_leads_to_our_own_address(visitor: FlaskClient):
    answer = visitor.get("/legal//licence", headers={"Host": EVIL})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://renewal.example/legal/licence"


def test_links_outside_carry_our_own_address(north_admin: Opened):
    headers = {"Host": EVIL, "X-Frame-Token": north_admin.token, "HX-Request": "true"}
    text = north_admin.client.post("/settings/reminders/links/status", headers=headers).text
    assert "https://renewal.example/status/" in text
    assert EVIL not in text


def test_a_health_probe_may_name_the_machine_by_its_number(visitor: FlaskClient, app: Flask):
    assert visitor.get("/health/live", headers={"Host": "10.0.0.7:8080"}).status_code == 200
