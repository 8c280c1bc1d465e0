"""Why a delivery failed, in words of a person with what to do; the error's own words stay as the detail. Pure."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from b24app.bitrix24.masking import clean, hide_quoted
from b24app.errors import AppError
from b24app.guard import SENTENCES
from b24app.input_limits import one_line
from b24app.text.messages import N_

BY_DETAIL: Mapping[tuple[str, str], str] = {
    **{("WebhookRefused", reason): sentence for reason, sentence in SENTENCES.items()},
    ("WebhookRefused", "address is not public"): SENTENCES["address"],  # as release 1.0 wrote it
    ("WebhookRefused", "https only"): N_("The address must start with https:// and hold no password."),
    ("WebhookRefused", "certificate"): N_("The certificate of the address is not valid: renew it."),
    ("WebhookRefused", "401"): N_("The address wants a password: let it check our signature instead."),
    ("WebhookRefused", "403"): N_("The address forbids the message: see what it allows."),
    ("WebhookRefused", "404"): N_("There is nothing at the address: check it letter by letter."),
    ("WebhookRefused", "410"): N_("The address was closed by its owner."),
    ("WebhookUnavailable", "name not found"): N_("There is no site with this name: check the address."),
    ("WebhookUnavailable", "429"): N_("The address asks for fewer messages."),
    ("MailRefused", "535"): N_("The mail server did not accept our name and password."),
    ("MailRefused", "550"): N_(
        "There is no such mailbox, or it takes no letters from us: check the address."
    ),
    ("MailRefused", "address"): N_("This is not an e-mail address: correct it."),
    ("MailRefused", "552"): N_("The mailbox is full."),
    ("MailRefused", "554"): N_("The mail server takes our letter for spam: allow our address there."),
    ("MailUnavailable", "450"): N_("The mailbox is busy or holds unknown senders back for a while."),
}
BY_NAME: Mapping[str, str] = {
    "WebhookRefused": N_("The address refused the message."),
    "WebhookUnavailable": N_("The address did not answer in time."),
    "MailRefused": N_("The mail server refused the letter."),
    "MailUnavailable": N_("The mail server could not be reached."),
    "NotificationNotTaken": N_("The portal did not take the notification."),
    "ChannelOff": N_("Nothing was sent: this way of reminding was switched off."),
    "PersonDismissed": N_("Nothing was sent: this person was dismissed from the portal."),
    "NobodyToReach": N_("Nothing was sent: there is nobody to reach."),
    "SettingsWrong": N_("No mail server is set for this application: ask whoever runs it."),
    "Unreachable": N_("The portal could not be reached."),
    "LimitReached": N_("The portal asked to slow down, and there was no free moment."),
    "OperationLimited": N_("The portal asked to slow down, and there was no free moment."),
    "VendorFault": N_("The portal failed inside."),
    "UnknownRefusal": N_("The portal refused with words that we do not know."),
    "AnswerBroken": N_("The portal answered with something that cannot be read."),
    "PortalError": N_("The portal did not answer as expected."),
    "WriteUncertain": N_("It is not certain that the portal saved this: look there before sending it again."),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: a message id for people, and the raw words for whoever mends it."""

    message: str
    detail: str


def describe(error: Exception) -> str:
    """What is kept of an error: its kind and its own words, without secrets; what a stranger's error quotes is hidden too."""
    words = one_line(str(error))
    words = clean(words if isinstance(error, AppError) else hide_quoted(words), strict=True)
    return f"{type(error).__name__}: {words}"[:300]


def explain(kept: str) -> Failure | None:
    """The failure behind what was kept; None when nothing failed."""
    if not kept:
        return None
    name, _, detail = kept.partition(": ")
    if name == "BadInput":
        return Failure(detail, "")
    message = BY_DETAIL.get((name, detail)) or BY_NAME.get(name) or _public().get(name) or AppError.public
    return Failure(message, kept)


@functools.cache
def _public() -> Mapping[str, str]:
    return {kind.__name__: kind.public for kind in _kinds(AppError)}


def _kinds(kind: type[AppError]) -> Iterator[type[AppError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)
