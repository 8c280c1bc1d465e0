"""The methods every application may call."""

from sandbox.portal import Portal
from tests.sandbox.caller import Caller


def test_tells_the_plan_but_not_its_end(app: Caller) -> None:
    info = app.result("app.info")
    assert info["LICENSE"] == "ru_std"
    assert (info["STATUS"], info["INSTALLED"], info["DAYS"]) == ("L", True, None)


def test_finds_methods_whatever_their_case(app: Caller) -> None:
    assert app.result("PROFILE.json")["ID"] == "1"


def test_answers_a_batch_with_lists_for_empty_maps(app: Caller, north: Portal) -> None:
    answer = app.batch({"me": "profile", "app": "app.info"})
    assert set(answer["result"]) == {"me", "app"}
    assert answer["result_error"] == answer["result_next"] == []
    assert answer["result"]["me"]["NAME"] == north.admin.name
