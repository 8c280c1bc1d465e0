"""REST error codes: the one table from a code and its text to a class of errors.py; which of them mean that a portal refuses.

Sources: the vendor's `_includes/system-errors.md`, `settings/oauth/error-codes.md`, `limits.md`, and the portal's
own modules `rest` and `oauth`. Statuses differ between sources, so a status decides only where no code came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from b24app import errors
from b24app.bitrix24 import no_answer
from b24app.bitrix24.masking import mask_words
from b24app.errors import PortalError
from b24app.json_values import JsonObject, is_object


class Refusal(StrEnum):
    """Why a portal refuses applications: what has ended in it, or that the compatibility scanner locked it."""

    PLAN_LAPSED = "plan_lapsed"
    MARKETPLACE_ENDED = "marketplace_ended"
    LOCKED = "locked"


REFUSALS: Mapping[type[PortalError], Refusal] = {
    errors.PlanLapsed: Refusal.PLAN_LAPSED,
    errors.MarketplaceEnded: Refusal.MARKETPLACE_ENDED,
    errors.PortalLocked: Refusal.LOCKED,
}


@dataclass(frozen=True, slots=True)
class CodeRule:
    """A code (lower case), a piece of the text that must be there too, and the meaning."""

    code: str
    meaning: type[PortalError]
    text: str = ""


RULES = (
    # Codes whose meaning depends on their text come first: settings/how-to-call-rest-api, module rest.
    CodeRule("access_denied", errors.PlanLapsed, "commercial plans"),
    CodeRule("access_denied", errors.PlanLapsed, "by subscription"),
    CodeRule("access_denied", errors.PlanLapsed, "extended plans"),
    CodeRule("access_denied", errors.TokenRejected, "can't be authorized in this context"),
    CodeRule("error_oauth", errors.MarketplaceEnded, "subscription has been ended"),
    CodeRule("expired_token", errors.TokenRejected, "refresh token"),
    CodeRule("", errors.PlanLapsed, "license check failed"),
    CodeRule("", errors.RightMissing, "access denied"),
    CodeRule("0", errors.RightMissing, "access denied"),
    CodeRule("access_denied", errors.RightMissing),
    # Tokens: settings/oauth/error-codes.md, modules rest and oauth.
    CodeRule("expired_token", errors.TokenExpired),
    CodeRule("invalid_token", errors.TokenRejected),
    CodeRule("no_auth_found", errors.TokenRejected),
    CodeRule("invalid_credentials", errors.RightMissing),
    CodeRule("authorization_error", errors.TokenRejected),
    CodeRule("invalid_grant", errors.TokenRejected),
    CodeRule("wrong_client", errors.ClientUnknown),
    CodeRule("invalid_client", errors.ClientUnknown),
    CodeRule("error_oauth", errors.ApplicationGone),
    CodeRule("not_installed", errors.ApplicationGone),
    CodeRule("application_not_found", errors.ApplicationGone),
    CodeRule("connection_error", errors.VendorFault),
    # Plans and subscriptions: first-steps/access-to-rest-api.md; the last two are names of REST 3.0.
    CodeRule("payment_required", errors.MarketplaceEnded),
    # Seen on the wire: the compatibility scanner's lock, and a licence that the portal cannot verify.
    CodeRule("portal_blocked_by_license_scanner", errors.PortalLocked),
    CodeRule("verification_needed", errors.PlanLapsed, "license check failed"),
    CodeRule("wrong_license", errors.FeatureNotInPlan),
    CodeRule("create_dynamic_item_restricted", errors.FeatureNotInPlan),
    CodeRule("bitrix_rest_v3_exception_marketsubscriptionrequiredexception", errors.MarketplaceEnded),
    CodeRule("bitrix_rest_v3_exception_restunavailableexception", errors.PlanLapsed),
    # Limits: limits.md.
    CodeRule("query_limit_exceeded", errors.LimitReached),
    CodeRule("operation_time_limit", errors.OperationLimited),
    CodeRule("overload_limit", errors.Overloaded),
    # Rights and permissions.
    CodeRule("insufficient_scope", errors.ScopeMissing),
    CodeRule("invalid_scope", errors.ScopeMissing),
    CodeRule("bitrix_rest_v3_exception_insufficientscopeexception", errors.ScopeMissing),
    CodeRule("bitrix_rest_v3_exception_accessdeniedexception", errors.RightMissing),
    CodeRule("user_access_error", errors.RightMissing),
    CodeRule("allowed_only_intranet_user", errors.RightMissing),
    CodeRule("method_confirm_waiting", errors.RightMissing),
    CodeRule("method_confirm_denied", errors.RightMissing),
    CodeRule("200040300010", errors.RightMissing),
    CodeRule("200040300030", errors.RightMissing),
    # The portal itself.
    CodeRule("portal_deleted", errors.PortalGone),
    CodeRule("error_method_not_found", errors.MethodMissing),
    CodeRule("error_manifest_is_not_available", errors.MethodMissing),
    CodeRule("internal_server_error", errors.VendorFault),
    CodeRule("error_unexpected_answer", errors.VendorFault),
    # Our own bugs.
    CodeRule("wrong_auth_type", errors.RequestWrong),
    CodeRule("invalid_request", errors.RequestWrong),
    CodeRule("error_argument", errors.RequestWrong),
    CodeRule("error_batch_method_not_allowed", errors.RequestWrong),
    CodeRule("error_batch_length_exceeded", errors.RequestWrong),
    CodeRule("wrong_encoding", errors.RequestWrong),
)


def read_refusal(
    code: object, description: object = "", *, http: int | None = None, reset_at: object = None
) -> PortalError:
    """Turn a refusal into an error of ours; a code in no table becomes UnknownRefusal."""
    name, text = str(code), str(description or "")
    meaning = _find(name.casefold(), text.casefold())
    name, text = mask_words(name), mask_words(text)  # portals quote values in their texts
    if meaning is errors.OperationLimited:
        return errors.OperationLimited(name, text, http=http, reset_at=_moment(reset_at))
    return meaning(name, text, http=http)


def is_known(code: object, words: object = "") -> bool:
    """Whether a refusal is one of the platform's own, which any method may return; some codes need their words."""
    name, text = str(code).casefold(), str(words).casefold()
    return bool(name) and any(rule.code == name and rule.text in text for rule in RULES)


def read_status(http: int, *, excerpt: str = "") -> PortalError:
    """Give a meaning to an answer that is not JSON; 429 means a limit, while 503 is also a closed site's page."""
    if http == 429:
        return errors.LimitReached("", f"HTTP {http} without JSON", http=http)
    begun = excerpt.lstrip("\ufeff \r\n\t")
    if begun.startswith(("{", "[")):
        return errors.AnswerBroken("", f"HTTP {http}, JSON cut short", http=http)
    if not begun and http < 400:
        return errors.AnswerBroken("", f"HTTP {http}, empty", http=http)
    words = mask_words(begun)  # never settings
    return no_answer.PageInstead("", f"HTTP {http}, not JSON: {words}"[:200], http=http)


def read_error_body(body: JsonObject, http: int | None = None) -> PortalError:
    """Read an error envelope: classic, or the nested one of REST 3.0 (api-reference/rest-v3.md)."""
    error = body.get("error")
    if is_object(error):
        return read_refusal(error.get("code", ""), error.get("message", ""), http=http)
    time = body.get("time")
    named = time.get("operating_reset_at") if is_object(time) else None
    reset_at = body.get("operating_reset_at") or named
    return read_refusal(error, body.get("error_description", ""), http=http, reset_at=reset_at)


def _find(code: str, text: str) -> type[PortalError]:
    for rule in RULES:
        if rule.code == code and rule.text in text:
            return rule.meaning
    return errors.UnknownRefusal


def _moment(reset_at: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(reset_at)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
