"""A notification in the portal: the newest replaces the previous one with the same tag, and opens the widget."""

from b24app.renewal.channels import Letter
from b24app.rest_client import RestClient

TAG_PREFIX = "RENEWAL"


def send(client: RestClient, letter: Letter, user_id: int) -> None:
    """Send to one user.

    Source: api-reference/chats/notifications/im-notify-system-add.md: a new TAG deletes the old notification of the
    application, so a repeated attempt is not seen twice.
    """
    client.call(
        "im.notify.system.add",
        {
            "USER_ID": user_id,
            "MESSAGE": _message(letter),
            "MESSAGE_OUT": f"{letter.subject}\n{letter.text}",
            "TAG": f"{TAG_PREFIX}|{letter.tag}|{user_id}",
            "SUB_TAG": f"{TAG_PREFIX}|{letter.tag}",
        },
        write=False,
    )


def _message(letter: Letter) -> str:
    parts = [f"[B]{_plain(letter.subject)}[/B]", *(_plain(line) for line in letter.lines)]
    if letter.link:
        parts.append(f"[URL={letter.link}]{_plain(letter.link_text)}[/URL]")
    return "[BR]".join(parts)


def _plain(text: str) -> str:
    """Names typed by people must not become markup."""
    return text.replace("[", "(").replace("]", ")")
