"""Kinds that a restore has written and that the portal does not show now, for lack of a permission: they stay."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.missing_permissions import why_it_stays
from b24app.backup.restore.plan import Operation
from b24app.backup.restore.references import entity_named
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, load_writers, read_objects
from b24app.errors import ScopeMissing
from b24app.text.messages import Sentence


@dataclass(slots=True)
class ClosedKinds:
    """Reads for an undo, and notes the kinds that are closed, each with the permission that is missing."""

    look: PortalLook
    why: dict[str, Sentence] = field(default_factory=dict)
    _reasons: dict[tuple[str, ...], Sentence] = field(default_factory=dict)
    """Reasons by the needed permissions: the portal is asked once which of them it grants."""

    def read(self, operations: Sequence[Operation]) -> None:
        """Read the objects of operations; a kind that is closed hinders no other."""
        for kind in {one.kind for one in operations} - self.why.keys():
            mine = [one for one in operations if one.kind == kind]
            try:
                read_objects(mine, self.look)
            except ScopeMissing as no:
                self._note(mine[0], no)

    def stands(self, writer: Writer, one: Operation) -> FoundObject:
        """The state of an operation's object; OTHER for a closed kind, where it is unknown."""
        if one.kind not in self.why:
            try:
                return writer.stands(one, self.look)
            except ScopeMissing as no:
                self._note(one, no)
        return FoundObject(ObjectStanding.OTHER)

    def _note(self, one: Operation, no: ScopeMissing) -> None:
        """Keep the reason; the error is raised again where no permission of the kind explains it."""
        why = self.why_hidden(one)
        if not why:
            raise no
        self.why[one.kind] = why

    def why_hidden(self, one: Operation) -> Sentence:
        """Which permission is missing to see what an operation has written; empty where that is not the reason."""
        declared = entity_named(one.entity)
        own: Sequence[str] = getattr(load_writers().get(one.kind), "scopes", ())
        needed = tuple(own) or ((declared.scope,) if declared is not None and declared.scope else ())
        if needed not in self._reasons:
            self._reasons[needed] = why_it_stays(self.look.client, needed)
        return self._reasons[needed]
