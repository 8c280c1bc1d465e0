"""A signed POST to an address of the portal's owner: behind the address guard, no redirects."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import NameResolutionError

from b24app.bitrix24.masking import mask_address
from b24app.deadline import within
from b24app.errors import AppError, BadInput
from b24app.guard import ENTERED, SENTENCES, Guard, PlaceRefused, Resolve, resolve_host
from b24app.guard.sessions import open_session
from b24app.network import demand_leave
from b24app.reminders.channels import (
    Addressee,
    AddressField,
    Channel,
    Message,
    Outcome,
    Recipient,
    SendContext,
    TryLater,
)
from b24app.renewal.failure_explanations import FailureWords
from b24app.services import services
from b24app.text.host_names import for_people, in_ascii
from b24app.text.messages import N_

TIMEOUT_SECONDS, WHOLE_SECONDS = (5, 10), 15.0
LONGEST_ADDRESS = 500
LONGEST_WAIT = timedelta(hours=12)
PASSING = (408, 425, 429)


class WebhookRefused(AppError):
    """The address may not be called, or answered that it does not want this."""

    public = N_("The webhook's address cannot be used or refused the message.")


class WebhookUnavailable(TryLater):
    """The address did not answer in time or is failing."""

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
    message: Message,
    at: datetime,
    *,
    portal: str,
    guard: Guard | None = None,
    verify: bool | str = True,
) -> Outcome:
    """Send one message; the receiver drops doubles by `X-Renewal-Delivery`."""
    body = json.dumps(_payload(message, portal), ensure_ascii=False, sort_keys=True).encode()
    demand_leave()
    with open_session(guard or webhook_guard()) as session:
        _post(session, url, body, _headers(secret, message.key, int(at.timestamp()), body), at, verify=verify)
    return Outcome.SENT


def _headers(secret: str, key: str, moment: int, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "renewal-without-downtime",
        "X-Renewal-Delivery": hashlib.sha256(key.encode()).hexdigest()[:32],
        "X-Renewal-Timestamp": str(moment),
        "X-Renewal-Signature": sign(secret, moment, body),
    }


def _payload(message: Message, portal: str) -> Mapping[str, object]:
    return {
        "portal": portal,
        "subject": message.subject,
        "lines": list(message.lines),
        "tag": message.tag,
        "deadline": message.deadline.isoformat() if message.deadline else None,
        "link": message.link,
    }


def _post(
    session: requests.Session,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    at: datetime,
    *,
    verify: bool | str,
) -> None:
    status, wait = post_once(session, url, body, headers, verify=verify)
    if status >= 500 or status in PASSING:
        raise WebhookUnavailable(str(status), wait=read_wait(wait, at))
    if not 200 <= status < 300:
        raise WebhookRefused(str(status))


def post_once(
    session: requests.Session, url: str, body: bytes, headers: Mapping[str, str], *, verify: bool | str = True
) -> tuple[int, str]:
    """Post to an address and answer its status and Retry-After, without a byte of its body; raises WebhookRefused and WebhookUnavailable."""
    try:
        with (
            within(WHOLE_SECONDS),
            session.post(
                url,
                data=body,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
                verify=verify,
            ) as answer,
        ):
            return answer.status_code, answer.headers.get("Retry-After", "")
    except PlaceRefused as error:
        raise WebhookRefused(error.reason) from error
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise WebhookRefused("malformed") from error
    except requests.exceptions.SSLError as error:
        raise WebhookRefused("certificate") from error
    except requests.RequestException as error:
        raise WebhookUnavailable(_silence(error), server_away=True) from error


def read_wait(text: str, at: datetime) -> timedelta:
    """How long Retry-After asks to wait, in seconds or as a date (RFC 9110, 10.2.3); half a day at most."""
    try:
        wait = timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text) - at
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), min(wait, LONGEST_WAIT))


def _silence(error: requests.RequestException) -> str:
    """The kind of a failed connection; a name that does not resolve has words of its own."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return "name not found" if isinstance(cause, NameResolutionError) else type(error).__name__


def _send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    guard = webhook_guard(services().resolve)
    context.hand_over()
    return send(to.address, context.secret, message, context.now, portal=context.domain, guard=guard)


def check_address(address: str) -> str:
    """An address as it is kept, its host in the form of the name system; raises BadInput for one that the guard does not let us call."""
    if len(address) > LONGEST_ADDRESS:
        raise BadInput(N_("This address is too long: 500 letters at most."), "address")
    try:
        if address:
            webhook_guard(services().resolve).check(address)
    except PlaceRefused as refused:
        raise BadInput(refused.message, "address") from None
    return in_ascii(address)


def _judge(address: str) -> str:
    """Why the guard refuses a stored address, by its text; empty when it does not."""
    try:
        webhook_guard(services().resolve).judge(address)
    except PlaceRefused as refused:
        return refused.message
    return ""


REFUSED = {
    **SENTENCES,
    "address is not public": SENTENCES["address"],  # as release 1.0 wrote it
    "https only": N_("The address must start with https:// and hold no password."),
    "certificate": N_("The certificate of the address is not valid: renew it."),
    "401": N_("The address wants a password: let it check our signature instead."),
    "403": N_("The address forbids the message: see what it allows."),
    "404": N_("There is nothing at the address: check it letter by letter."),
    "410": N_("The address was closed by its owner."),
}
UNAVAILABLE = {
    "name not found": N_("There is no site with this name: check the address."),
    "429": N_("The address asks for fewer messages."),
}
CHANNEL = Channel(
    code="webhook",
    title=N_("Signed webhook"),
    short=N_("webhook"),
    about=N_("A signed message to an address of yours: Telegram bot, chat, monitoring"),
    icon="link",
    order=50,
    addressee=Addressee.PLACE,
    send=_send,
    recipients=lambda _kind, address, _people: (Recipient(address),) if address else (),
    failures=(
        FailureWords("WebhookRefused", WebhookRefused, N_("The address refused the message."), REFUSED),
        FailureWords(
            "WebhookUnavailable", WebhookUnavailable, N_("The address did not answer in time."), UNAVAILABLE
        ),
    ),
    address=AddressField(
        label=N_("Address"),
        check=check_address,
        required=N_("The webhook needs an address that starts with https://"),
        hint=N_("Only its host is shown: the rest is kept sealed. Write a new one to change it."),
        kind="url",
        attributes={"placeholder": "https://"},
        secret=True,
        show=lambda address: for_people(mask_address(address)),
        judge=_judge,
    ),
    signed=True,
)
