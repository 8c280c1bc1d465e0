"""A target of which one portal sees its own folder alone; names are checked here, whatever the storage behind."""

from collections.abc import Iterator

from b24app.backup.targets.object_names import check_name, is_name, portal_folder
from b24app.backup.targets.target import StoredObject, Target


class PortalFolder:
    """Everything below `renewal-copy/<portal hash>/` of another target."""

    def __init__(self, target: Target, member_id: str) -> None:
        self._target, self._folder = target, portal_folder(member_id)

    def put(self, name: str, content: bytes) -> None:
        """Store these bytes."""
        self._target.put(self._folder + check_name(name), content)

    def get(self, name: str) -> bytes:
        """The bytes of this name."""
        return self._target.get(self._folder + check_name(name))

    def delete(self, name: str) -> None:
        """Delete this name."""
        self._target.delete(self._folder + check_name(name))

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """What we have written below the folder; what others have put there is left out."""
        for found in self._target.names(self._folder + prefix):
            name = found.name.removeprefix(self._folder)
            if name.startswith(prefix) and is_name(name):
                yield StoredObject(name, found.size)

    def close(self) -> None:
        """Close connections."""
        self._target.close()
