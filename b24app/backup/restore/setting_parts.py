"""What belongs to a setting: what was lost with it and comes back too, and what is deleted with it; shown before the press."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from b24app.backup.restore.given_ids import own_id
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation, RestoreChoice, needs
from b24app.backup.restore.references import Place, entity_named, parts_of
from b24app.backup.restore.writer import ListsRows, Writer, load_writers
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NOTHING, Sentence, sentence

PART = N_("“%(title)s” (%(count)s)")
COMES_TOO = N_("Was lost with it and comes back too: %(parts)s.")
GOES_TOO = N_("Is deleted with it: %(parts)s.")


def said(message: str, counts: Mapping[str, int]) -> Sentence:
    """The parts by their titles, with how many there are of each; nothing where there are none."""
    parts = tuple(
        sentence(PART, title=sentence(title), count=count) for title, count in counts.items() if count
    )
    return sentence(message, parts=parts) if parts else NOTHING


def with_lost_parts(chosen: Sequence[RestoreChoice], lost: Sequence[RestoreChoice]) -> list[RestoreChoice]:
    """The choices, and of lost objects all that belong to them: these are made where they are missing."""
    owners = {(one.entity, own_id(one.key)) for one in chosen if not one.only}
    beside = (one for one in lost if one not in chosen and not one.only and _belongs_to(one, owners))
    return [*chosen, *(replace(one, if_gone=True) for one in beside)]


def _belongs_to(one: RestoreChoice, owners: set[Place]) -> bool:
    writer = load_writers().get(one.kind)
    return (
        writer is not None and is_part(writer) and not owners.isdisjoint(_owners(one.entity, one.row or {}))
    )


def is_part(writer: Writer) -> bool:
    """Whether its objects belong to others, and are deleted with them."""
    return isinstance(writer, ListsRows) and writer.goes_with_owner


def _owners(entity: str, row: JsonObject) -> Iterator[Place]:
    return ((target, str(row.get(name))) for name, target in parts_of(entity, row).items())


def with_parts_coming(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Numbered operations; those that make an object name the parts of it that are made too."""
    writers = load_writers()
    made = {one.number for one in operations if one.action is Action.CREATE}
    found: dict[int, Counter[str]] = {number: Counter() for number in made}
    for one in operations:
        if one.action is Action.CREATE and is_part(writers[one.kind]):
            for owner in needs(one) & made:
                found[owner][one.title] += 1
    return tuple(
        replace(one, with_it=said(COMES_TOO, found[one.number])) if found.get(one.number) else one
        for one in operations
    )


def with_parts_going(one: Operation, look: PortalLook) -> Operation:
    """An operation that deletes an object names the parts of it in the portal; they are deleted too."""
    if one.action is not Action.REMOVE:
        return one
    counts = Counter[str]()
    for writer in load_writers().values():
        if isinstance(writer, ListsRows) and writer.goes_with_owner and _may_name(writer.entity, one.entity):
            rows = writer.present_rows(look, writer.entity)
            counts[writer.title] += sum((one.entity, one.id) in _owners(writer.entity, row) for row in rows)
    told = said(GOES_TOO, counts)
    return replace(one, with_it=told) if told else one


def _may_name(entity: str, target: str) -> bool:
    declared = entity_named(entity)
    return declared is not None and target in declared.parts.values()
