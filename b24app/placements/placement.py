"""What a widget is: where it stands, what it is called, and which page each kind of person gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from b24app.frames.page_token import Frame

Choice = Callable[[Frame], str]


@dataclass(frozen=True, slots=True)
class Placement:
    """One widget; `administrator` and `employee` choose a page of ours by the frame's options."""

    code: str
    titles: Mapping[str, str]
    administrator: Choice
    employee: Choice

    def choose(self, frame: Frame) -> str:
        """The path of the page that this visitor gets; rights were learned from the portal."""
        return self.administrator(frame) if frame.is_admin else self.employee(frame)


def always(path: str) -> Choice:
    """A choice that does not depend on options."""
    return lambda _frame: path
