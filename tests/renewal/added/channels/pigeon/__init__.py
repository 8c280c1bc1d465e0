"""A message on the leg of a pigeon: the whole folder of a channel that nothing else knows."""

from b24app.errors import AppError, BadInput
from b24app.reminders.channels import (
    Addressee,
    AddressField,
    Channel,
    Message,
    Outcome,
    Recipient,
    SendContext,
)
from b24app.renewal.failure_explanations import FailureWords

FLOWN: list[tuple[str, str]] = []


class PigeonLost(AppError):
    """No pigeon came back."""


def check(address: str) -> str:
    if address and not address.startswith("loft "):
        raise BadInput("A loft is named like this: loft 7.", "address")
    return address


def send(_context: SendContext, message: Message, to: Recipient) -> Outcome:
    if to.address == "loft 13":
        raise PigeonLost("storm")
    FLOWN.append((to.address, message.subject))
    return Outcome.SENT


CHANNEL = Channel(
    code="pigeon",
    title="Carrier pigeon",
    short="pigeon",
    about="A note to a loft of yours",
    icon="link",
    order=60,
    addressee=Addressee.PLACE,
    send=send,
    recipients=lambda _kind, address, _people: (Recipient(address),) if address else (),
    failures=(
        FailureWords("PigeonLost", PigeonLost, "The pigeon was lost.", {"storm": "There is a storm: wait."}),
    ),
    address=AddressField("Loft", check, required="Name a loft."),
)
