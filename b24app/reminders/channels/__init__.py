"""Channels that reach people, one file each; a channel only sends a message that was written before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How a channel ended: it sent the letter, moved the deadline of a task, or found the task there and sent nothing."""

    SENT = "sent"
    MOVED = "moved"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Message:
    """A letter in the reader's language; `key` is the same for every attempt, `tag` for what replaces each other."""

    key: str
    tag: str
    subject: str
    lines: tuple[str, ...]
    link: str = ""
    link_text: str = ""
    outside: str = ""
    outside_text: str = ""
    deadline: datetime | None = None
    public: bool = False

    @property
    def text(self) -> str:
        """Plain text of the whole letter."""
        links = [
            f"{text}: {url}"
            for text, url in ((self.link_text, self.link), (self.outside_text, self.outside))
            if url
        ]
        return "\n".join([*self.lines, *([""] if links else []), *links])


__all__ = ["Message", "Outcome"]
