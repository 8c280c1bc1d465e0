"""Errors have meaning."""

import pytest

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.error_codes import RULES, read_error_body, read_refusal, read_status

COMMERCIAL = "REST is available only on commercial plans."


@pytest.mark.parametrize(
    ("code", "text", "meaning"),
    [
        ("expired_token", "The access token provided has expired", errors.TokenExpired),
        ("EXPIRED_TOKEN", "The refresh token provided has expired.", errors.TokenRejected),
        ("ACCESS_DENIED", COMMERCIAL, errors.PlanLapsed),
        ("ACCESS_DENIED", "REST API is available only on commercial plans", errors.PlanLapsed),
        ("ACCESS_DENIED", "Access denied! Available only on extended plans", errors.PlanLapsed),
        ("ACCESS_DENIED", "Access denied!", errors.RightMissing),
        ("ERROR_OAUTH", "Subscription has been ended", errors.MarketplaceEnded),
        ("ERROR_OAUTH", "Application not installed", errors.ApplicationGone),
        ("PAYMENT_REQUIRED", "Subscription has been ended", errors.MarketplaceEnded),
        ("OVERLOAD_LIMIT", "REST API is blocked due to overload.", errors.Overloaded),
        ("wrong_client", "", errors.ClientUnknown),
        ("", "Access denied.", errors.RightMissing),
        (0, "Access Denied", errors.RightMissing),
        (200040300010, "", errors.RightMissing),
        ("SOMETHING_NEW", "never seen", errors.UnknownRefusal),
    ],
)
def test_a_code_with_its_text_has_one_meaning(
    code: object, text: str, meaning: type[errors.PortalError]
) -> None:
    assert type(read_refusal(code, text)) is meaning


def test_no_rule_hides_behind_an_earlier_one() -> None:
    for position, rule in enumerate(RULES):
        earlier = [one for one in RULES[:position] if one.code == rule.code and one.text in rule.text]
        assert not earlier, rule


def test_an_error_of_rest_3_is_read() -> None:
    body = {"error": {"code": "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION", "message": "no"}}
    assert isinstance(read_error_body(body), errors.RightMissing)


def test_a_limit_without_json_is_still_a_limit() -> None:
    assert type(read_status(429)) is errors.LimitReached


@pytest.mark.parametrize("http", [200, 403, 404, 500, 502, 503])
def test_a_page_is_no_limit_whatever_its_status(http: int) -> None:
    found = read_status(http, excerpt="<!DOCTYPE html>")
    assert (type(found), found.http) == (no_answer.PageInstead, http)


@pytest.mark.parametrize("http", [403, 404, 502, 503])
def test_a_bare_status_is_an_answer_of_something_else_than_rest(http: int) -> None:
    assert type(read_status(http)) is no_answer.PageInstead


def test_an_answer_that_broke_off_is_no_page() -> None:
    assert type(read_status(200, excerpt='{"result": {"a')) is errors.AnswerBroken
    assert type(read_status(200)) is errors.AnswerBroken


def test_an_unknown_code_may_be_tried_later() -> None:
    assert read_refusal("SOMETHING_NEW", "").retryable


def test_an_error_is_kept_by_its_kind_and_a_renamed_class_keeps_it() -> None:
    class Slower(errors.LimitReached, kind="OperationLimited"):
        pass

    assert Slower.kind == errors.OperationLimited.kind == "OperationLimited"
    assert errors.UnknownRefusal("x").kind == "UnknownRefusal"
