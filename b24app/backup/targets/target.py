"""What a target is: it stores named objects, returns them byte for byte, and describes failures in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from b24app.backup.targets.failure_words import WORDS
from b24app.backup.targets.object_names import MOST_OBJECTS
from b24app.errors import AppError
from b24app.text.messages import N_


class TargetFailed(AppError):
    """The storage did not do what it was asked for; `retryable` when it may do so later.

    `reason` is a stable code and `message` its sentence (failure_words.py); neither holds an address, a name or a key.
    """

    status = 502
    public = N_("The storage does not answer. The copy goes on by itself when it does.")

    retryable = True

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = WORDS.get(reason, self.public)


class TargetRefused(TargetFailed):
    """The storage answers and refuses: a wrong key, a wrong name, no right to write, no room."""

    retryable = False
    public = N_("The storage refuses our key. Check it and the rights that it gives.")


class ObjectMissing(TargetFailed):
    """The storage answers, and has no object of this name."""

    retryable = False
    public = N_("A file of the copy is not in the storage any more.")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the storage lists it."""

    name: str
    size: int


class Target(Protocol):
    """A place for packs and manifests. Names hold `/`, letters, digits, `-`, `_` and `.`; a put replaces nothing but the same bytes."""

    def put(self, name: str, content: bytes) -> None:
        """Store these bytes under this name; when it returns, they are stored."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes of this name; raises ObjectMissing."""
        ...

    def delete(self, name: str) -> None:
        """Delete this name; a missing one is no error."""
        ...

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """The objects whose names begin with `prefix`."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...


def listed_below(prefix: str, found: Iterable[StoredObject]) -> Iterator[StoredObject]:
    """Objects whose names begin with a prefix; a storage that lists without an end is refused."""
    for seen, one in enumerate(found):
        if seen >= MOST_OBJECTS:
            raise TargetRefused("too_many")
        if one.name.startswith(prefix):
            yield one
