"""The scenario: every verb over HTTP, what it refuses, and that each is written down."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from sandbox.application import ApplicationCard
from sandbox.command_line import parser
from sandbox.faults import Kind
from sandbox.portal import Portal
from sandbox.scenario.panel_texts import WORDS
from sandbox.scenario.verbs import ALL, GROUPS, VERBS
from tests.sandbox.caller import Caller
from tests.sandbox.director import Director
from tests.sandbox.visitor import app_of

EXAMPLE = re.compile(r"curl -X POST \$P/scenario/api/(\w+)(?: -d '(.*?)')?[`\n]")
DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"


@pytest.fixture
def director(north: Portal, card: ApplicationCard) -> Director:
    north.add_application(card)
    north.finish_install(card)
    return Director(north, app_of(north).test_client())


# the contract


def test_every_verb_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"/scenario/api/{verb}" not in text] == []


def test_the_calls_of_the_document_work_from_top_to_bottom(director: Director) -> None:
    calls = EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert {verb for verb, _ in calls} == set(VERBS)
    for verb, body in calls:
        director.does(verb, **json.loads(body or "{}"))


def test_every_option_of_the_program_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    options = re.findall(r"--[a-z][a-z-]+", parser().format_help())
    assert (
        sorted({option for option in options if f"{option}`" not in text and f"{option} " not in text}) == []
    )


def test_every_verb_and_value_has_a_name_in_both_languages() -> None:
    needed = {verb.name for verb in ALL} | {each.name for verb in ALL for each in verb.fields}
    needed |= {f"group_{group}" for group in GROUPS}
    assert needed - set(WORDS) == set()


def test_the_panel_shows_every_verb_in_both_languages(director: Director) -> None:
    for lang, title in (("ru", "Время и деньги"), ("en", "Time and money")):
        director.client.set_cookie("sandbox_lang", lang, domain=director.portal.host)
        page = director.client.get("/scenario/", base_url=director.portal.url).text
        assert title in page
        assert [name for name in VERBS if f'data-verb="{name}"' not in page] == []


def test_the_state_carries_no_secrets(director: Director) -> None:
    told = director.client.get("/scenario/api/state", base_url=director.portal.url).text
    row = director.portal.installations["local.renewal"]
    assert row.application_token not in told
    assert row.card.client_secret not in told


@pytest.mark.parametrize(
    ("verb", "values", "error"),
    [
        ("end_plan", {"in_weeks": 1}, "unknown value: in_weeks"),
        ("end_plan", {"in_days": "soon"}, "in_days must be int: 'soon'"),
        ("switch_off", {"kind": "pay_system"}, "id is required"),
        ("switch_off", {"kind": "moon", "id": 1}, "no such kind: moon"),
        ("remove", {"kind": "pipeline", "id": 99}, "no pipeline 99"),
        (
            "answer_next",
            {"kind": "refuse"},
            f"refuse is none of {', '.join(get_args(Kind)[1:])}",
        ),
        ("open_path_rule", {"rule": "none"}, "none is none of any, listed"),
        ("upgrade", {"plan": "ru_basic"}, "ru_basic is not above ru_std"),
        ("downgrade", {"plan": "ru_gold"}, "unknown plan ru_gold"),
        ("dismiss", {"user": "nobody"}, "no user nobody"),
        ("withhold_scope", {"scope": "crm", "application": "foreign"}, "no application foreign"),
        ("install", {}, "Renewal is installed already"),
    ],
)
def test_a_wrong_wish_is_refused_and_explained(
    director: Director, verb: str, values: Any, error: str
) -> None:
    answer = director.sends(verb, **values)
    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_an_unknown_verb_lists_the_known_ones(director: Director) -> None:
    answer = director.sends("explode")
    assert (answer.status_code, answer.json["verbs"]) == (404, list(VERBS))


def test_pages_of_other_sites_may_not_command(director: Director) -> None:
    post = {"path": "/scenario/api/lock", "base_url": director.portal.url}
    assert director.client.post(**post, headers={"Origin": "https://evil.example"}).status_code == 403
    assert director.client.post(**post, headers={"Origin": director.portal.url}).status_code == 200
    assert director.client.post(**post, data="[1]").status_code == 400


def test_another_portal_is_named_in_the_body(director: Director, south: Portal) -> None:
    assert director.does("lock", portal=south.host)["portal"]["host"] == south.host
    assert (south.state, director.portal.state) == ("locked", "active")
    assert director.sends("lock", portal="foreign.example").status_code == 404


# time and money


def test_days_pass(director: Director) -> None:
    before = director.portal.world.clock.now()
    director.does("advance", days=2, hours=1, minutes=30)
    assert (director.portal.world.clock.now() - before).total_seconds() == 2 * 86400 + 5400


@pytest.mark.parametrize(
    ("verb", "state", "rest"),
    [
        ("enter_grace", "grace", True),
        ("lapse_to_free", "free", False),
        ("lock", "locked", False),
        ("end_marketplace", "active", False),
    ],
)
def test_terms_end_and_renewing_brings_everything_back(
    director: Director, verb: str, state: str, *, rest: bool
) -> None:
    told = director.does(verb)["portal"]
    assert (told["state"], told["rest_allowed"]) == (state, rest)
    director.does("renew_marketplace", months=1)
    told = director.does("renew")["portal"]
    assert (told["state"], told["plan"], told["rest_allowed"]) == ("active", "ru_std", True)


def test_a_plan_ends_by_itself_when_days_pass(director: Director) -> None:
    director.does("end_plan", in_days=3)
    assert director.does("advance", days=4)["portal"]["state"] == "grace"
    assert director.does("advance", days=30)["portal"]["plan"] == "ru_project"


def test_terms_are_set_by_date(director: Director) -> None:
    told = director.does("set_terms", paid_till="2027-01-05", marketplace_till="2027-02-01")["portal"]
    assert (told["paid_till"], told["marketplace_till"]) == ("2027-01-05", "2027-02-01")
    assert director.portal.paid_till == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("verb", "values", "plan"),
    [
        ("upgrade", {}, "ru_pro100"),
        ("upgrade", {"plan": "ru_ent250"}, "ru_ent250"),
        ("downgrade", {}, "ru_basic"),
        ("renew", {"plan": "ru_pro100"}, "ru_pro100"),
    ],
)
def test_a_plan_changes_with_a_payment(director: Director, verb: str, values: Any, plan: str) -> None:
    before = director.portal.paid_till
    assert director.does(verb, **values)["portal"]["plan"] == plan
    assert director.portal.paid_till > before


# things, rights, scopes


@pytest.mark.parametrize("kind", ["pay_system", "delivery", "site", "connector"])
def test_a_thing_is_switched_off_on_and_deleted(director: Director, kind: str) -> None:
    thing = next(each for each in director.state()["things"][kind] if each["on"])

    def now(state: dict[str, Any]) -> list[bool | None]:
        return [each["on"] for each in state["things"][kind] if each["id"] == thing["id"]]

    assert now(director.does("switch_off", kind=kind, id=thing["id"])) == [False]
    assert now(director.does("switch_on", kind=kind, id=thing["id"])) == [True]
    assert now(director.does("remove", kind=kind, id=thing["id"])) == []


@pytest.mark.parametrize("kind", ["stage", "pipeline"])
def test_a_pipeline_or_a_stage_is_deleted(director: Director, kind: str) -> None:
    first = director.state()["things"][kind][1]["id"]
    assert first not in [each["id"] for each in director.does("remove", kind=kind, id=first)["things"][kind]]


def test_a_right_is_taken_and_given_back(director: Director) -> None:
    director.does("withhold_right", user="admin", right="crm_admin")
    assert not director.portal.has_right(director.portal.admin, "crm_admin")
    director.does("grant_right", user=str(director.portal.admin.id), right="crm_admin")
    assert director.portal.has_right(director.portal.admin, "crm_admin")


def test_a_scope_is_taken_and_given_back(director: Director) -> None:
    told = director.does("withhold_scope", scope="sale")["applications"][0]
    assert (told["scopes"], told["withheld"]) == (["crm", "placement"], ["sale"])
    assert (
        director.does("grant_scope", scope="sale", application="local.renewal")["applications"][0]["withheld"]
        == []
    )


def test_a_person_is_dismissed_and_taken_back(director: Director) -> None:
    director.does("dismiss", user="employee")
    assert not director.portal.employee.active
    director.does("reinstate", user="employee")
    assert director.portal.employee.active


# applications


@pytest.mark.parametrize("clean", [True, False])
def test_an_application_is_removed_with_or_without_its_data(director: Director, *, clean: bool) -> None:
    director.portal.installations["local.renewal"].app_options["a"] = 1
    assert director.does("uninstall", clean=clean)["applications"] == []
    told = director.does("install")["applications"][0]
    assert (told["installed"], told["active"]) == (False, True)
    assert director.portal.installations["local.renewal"].app_options == ({} if clean else {"a": 1})


def test_an_update_waits_for_its_installation_to_finish(director: Director) -> None:
    told = director.does("update")["applications"][0]
    assert (told["version"], told["installed"]) == (2, False)
    assert director.does("finish_install")["applications"][0]["installed"] is True


# the wire


def test_calls_are_refused_as_often_as_asked(caller: Caller) -> None:
    director = Director(caller.portal, app_of(caller.portal).test_client())
    told = director.does("refuse_next", code="QUERY_LIMIT_EXCEEDED", times=2, method="profile")["faults"]
    assert [(each["code"], each["times"], each["method"], each["status"]) for each in told] == [
        ("QUERY_LIMIT_EXCEEDED", 2, "profile", 503)
    ]
    statuses = [caller.post("profile").status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_failures_are_dropped_together(director: Director) -> None:
    director.does("answer_next", kind="html", times=5)
    director.does("refuse_next", code="OVERLOAD_LIMIT", description="too much", status=503)
    assert director.does("forgive")["faults"] == []


def test_the_portal_slows_down(director: Director) -> None:
    told = director.does("slow_down", latency_ms=60, per_command_ms=20)
    assert (told["latency_ms"], told["per_command_ms"]) == (60, 20)


def test_an_old_address_leads_to_the_new_one(director: Director, south: Portal) -> None:
    old = director.portal.url
    assert director.sends("change_address", host=south.host).status_code == 400
    director.does("change_address", host="moved.bitrix24.example")
    answer = director.client.get("/crm/deal/?a=b", base_url=old)
    assert (answer.status_code, answer.location) == (302, "https://moved.bitrix24.example/crm/deal/?a=b")
    assert director.client.get("/crm/deal/", base_url=director.portal.url).status_code == 200


def test_tokens_run_out_on_wish(caller: Caller) -> None:
    caller.post("profile")
    Director(caller.portal, app_of(caller.portal).test_client()).does("expire_tokens")
    assert caller.post("profile").json()["error"] == "expired_token"


def test_a_portal_plays_an_older_one(director: Director) -> None:
    director.does("frame_fields", hidden="SERVER_ENDPOINT,APPLICATION_TOKEN")
    director.does("open_path_rule", rule="listed")
    form = director.portal.opens(user=director.portal.admin).form
    assert "SERVER_ENDPOINT" not in form
    assert director.does("frame_fields", hidden=[])["hidden_frame_fields"] == []


def test_the_journal_tells_of_requests_and_events_without_secrets(caller: Caller) -> None:
    hook = caller.portal.webhook(caller.portal.admin, ["crm"])
    caller.session.get(f"{hook}profile.json")
    client = app_of(caller.portal).test_client()
    told = client.get("/scenario/api/journal", base_url=caller.portal.url).json
    assert told["requests"][0]["path"] == f"/rest/{caller.portal.admin.id}/…/profile.json"
    assert told["requests"][0]["status"] == 200
