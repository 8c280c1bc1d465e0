"""Error reports to Sentry, only when a DSN is set, without anything secret."""

from typing import Any

from b24app.settings import Settings
from b24app.wire.masks import MASK, SECRET_NAMES


def report_errors(settings: Settings, transport: Any = None) -> bool:
    """Switch the reports on when there is somewhere to send them; `transport` is the seam of the tests."""
    if settings.sentry_dsn is None:
        return False
    import sentry_sdk
    from sentry_sdk.integrations.flask import FlaskIntegration
    from sentry_sdk.integrations.huey import HueyIntegration

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
        integrations=[FlaskIntegration(), HueyIntegration()],
        auto_enabling_integrations=False,  # what queries were made is nobody else's business
        transport=transport,
    )
    return True


def scrub(event: Any, _hint: Any) -> Any:
    """Take secrets out of a report, wherever in it they lie."""
    if isinstance(event, dict):
        return {key: MASK if _is_secret(key, value) else scrub(value, None) for key, value in event.items()}
    if isinstance(event, list):
        return [scrub(value, None) for value in event]
    return event


def _is_secret(key: object, value: object) -> bool:
    return isinstance(value, str) and (SECRET_NAMES.match(str(key)) is not None or str(key) == "query_string")
