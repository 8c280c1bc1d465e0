"""A notification in the portal: the newest replaces the previous one with the same tag, and opens the widget."""

from typing import ClassVar

from b24app.errors import AppError
from b24app.reminders.channels import Addressee, Channel, Message, Outcome, Recipient, SendContext, users
from b24app.renewal.failure_explanations import FailureWords
from b24app.rest_client import RestClient
from b24app.text.messages import N_

TAG_PREFIX = "RENEWAL"


class NotificationNotTaken(AppError):
    """The portal answered without the number of a notification: it made none."""

    retryable: ClassVar[bool] = True
    public = N_("The portal did not take the notification. We will try again.")


def send(client: RestClient, message: Message, user_id: int) -> Outcome:
    """Send to one user; raises NotificationNotTaken where the portal answers `false` instead of a number.

    Source: api-reference/chats/notifications/im-notify-system-add.md: a new TAG deletes the old notification of the
    application, so a repeated attempt is not seen twice.
    """
    answer = client.call(
        "im.notify.system.add",
        {
            "USER_ID": user_id,
            "MESSAGE": _markup(message),
            "MESSAGE_OUT": f"{message.subject}\n{message.text}",
            "TAG": f"{TAG_PREFIX}|{message.tag}|{user_id}",
            "SUB_TAG": f"{TAG_PREFIX}|{message.tag}",
        },
        write=False,
    )
    if not is_number(answer.result):
        raise NotificationNotTaken(str(answer.result)[:80])
    return Outcome.SENT


def is_number(value: object) -> bool:
    """Whether an answer is the number of something that was made."""
    return str(value).isdecimal() and not isinstance(value, bool) and int(str(value)) > 0


def _markup(message: Message) -> str:
    parts = [f"[B]{_plain(message.subject)}[/B]", *(_plain(line) for line in message.lines)]
    if message.link:
        parts.append(f"[URL={message.link}]{_plain(message.link_text)}[/URL]")
    return "[BR]".join(parts)


def _plain(text: str) -> str:
    """Names typed by people must not become markup."""
    return text.replace("[", "(").replace("]", ")")


def _send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    client = context.client()
    context.hand_over()
    return send(client, message, int(to.address))


CHANNEL = Channel(
    code="notification",
    title=N_("Portal notification"),
    short=N_("portal"),
    about=N_("Replaces the previous one, opens the renewal in one press"),
    icon="bell",
    order=10,
    addressee=Addressee.USER,
    send=_send,
    recipients=lambda _kind, _address, people: users(people),
    failures=(
        FailureWords(
            "NotificationNotTaken", NotificationNotTaken, N_("The portal did not take the notification.")
        ),
    ),
    on_at_first=True,
)
