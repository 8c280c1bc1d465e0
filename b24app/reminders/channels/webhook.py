"""A signed POST to an address of the portal's owner: behind the address guard, no redirects."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import requests
from urllib3.exceptions import NameResolutionError

from b24app.errors import AppError
from b24app.guard import ENTERED, Guard, PlaceRefused, Resolve, open_session, resolve_host
from b24app.reminders.channels import Message, Outcome
from b24app.text.messages import N_

TIMEOUT_SECONDS = (5, 10)


class WebhookRefused(AppError):
    """The address may not be called, or answered that it does not want this."""

    public = N_("The webhook's address cannot be used or refused the message.")


class WebhookUnavailable(AppError):
    """The address did not answer in time or is failing."""

    retryable: ClassVar[bool] = True
    public = N_("The webhook's address does not answer. We will try again.")


def webhook_guard(resolve: Resolve = resolve_host) -> Guard:
    """The guard of webhooks: the open internet alone; an operator's list of portals does not open more to them."""
    return Guard(ENTERED, resolve=resolve)


def sign(secret: str, moment: int, body: bytes) -> str:
    """The signature that the receiver recounts: HMAC-SHA256 over `<unix seconds>.<body>`."""
    return "sha256=" + hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def send(
    url: str,
    secret: str,
    letter: Message,
    at: datetime,
    *,
    portal: str,
    guard: Guard | None = None,
    verify: bool | str = True,
) -> Outcome:
    """Send one letter; the receiver drops doubles by `X-Renewal-Delivery`."""
    body = json.dumps(_payload(letter, portal), ensure_ascii=False, sort_keys=True).encode()
    with open_session(guard or webhook_guard()) as session:
        _post(session, url, body, _headers(secret, letter.key, int(at.timestamp()), body), verify)
    return Outcome.SENT


def _headers(secret: str, key: str, moment: int, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "renewal-without-downtime",
        "X-Renewal-Delivery": hashlib.sha256(key.encode()).hexdigest()[:32],
        "X-Renewal-Timestamp": str(moment),
        "X-Renewal-Signature": sign(secret, moment, body),
    }


def _payload(letter: Message, portal: str) -> Mapping[str, Any]:
    return {
        "portal": portal,
        "subject": letter.subject,
        "lines": list(letter.lines),
        "tag": letter.tag,
        "deadline": letter.deadline.isoformat() if letter.deadline else None,
        "link": letter.link,
    }


def _post(
    session: requests.Session, url: str, body: bytes, headers: Mapping[str, str], verify: bool | str
) -> None:
    try:
        with session.post(
            url,
            data=body,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
            verify=verify,
        ) as answer:
            status = answer.status_code
    except PlaceRefused as error:
        raise WebhookRefused(error.reason) from error
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise WebhookRefused("malformed") from error
    except requests.exceptions.SSLError as error:
        raise WebhookRefused("certificate") from error
    except requests.RequestException as error:
        raise WebhookUnavailable(_silence(error)) from error
    if status >= 500 or status == 429:
        raise WebhookUnavailable(str(status))
    if not 200 <= status < 300:
        raise WebhookRefused(str(status))


def _silence(error: requests.RequestException) -> str:
    """The kind of a failed connection; a name that does not resolve has words of its own."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return "name not found" if isinstance(cause, NameResolutionError) else type(error).__name__
