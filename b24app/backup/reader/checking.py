"""Checks a copy: every pack present and whole by its hash, counts, the chain of manifests; with a key also what is inside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.reader.as_of import RowsAsOf, facts_of
from b24app.backup.reader.files_inside import join_parts
from b24app.backup.reader.objects import Objects
from b24app.backup.reader.pack_format import Identities, check_sealed
from b24app.backup.reader.problems import Problem
from b24app.backup.reader.stored_copies import Copy, ListedEntity


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and where it is."""

    where: str
    problem: Problem


def check_copy(
    objects: Objects,
    copy: Copy,
    copies: Sequence[Copy],
    identities: Identities,
    told: Callable[[ListedEntity, int], None],
) -> Iterator[Fault]:
    """All faults of a copy; `told` is called for each entity when it is done, with the number of its faults."""
    yield from check_chain(copy, copies)
    for entity in copy.entities:
        faults = [Fault(entity.code, one) for one in _check_entity(objects, entity, identities)]
        told(entity, len(faults))
        yield from faults
    for file in copy.files:
        try:
            for _piece in join_parts(objects, file, identities):
                pass
        except Problem as problem:
            yield Fault(file.name, problem)


def check_chain(copy: Copy, copies: Sequence[Copy]) -> Iterator[Fault]:
    """An increment begins with the packs of its base, as its base lists them."""
    base = next((one for one in copies if (one.portal, one.folder) == (copy.portal, copy.base_folder)), None)
    if base is None:
        return
    if base.sha256 != copy.base_sha256:
        yield Fault(copy.folder, Problem("base_differs", folder=base.folder))
    mine = {entity.code: entity.packs for entity in copy.entities}
    for entity in base.entities:
        if mine.get(entity.code, ())[: len(entity.packs)] != entity.packs:
            yield Fault(entity.code, Problem("chain_differs", folder=base.folder))


def _check_entity(objects: Objects, entity: ListedEntity, identities: Identities) -> Iterator[Problem]:
    rows, gone = sum(pack.rows for pack in entity.packs), sum(pack.gone for pack in entity.packs)
    if (rows, gone) != (entity.rows, entity.gone):
        yield Problem("counts_differ", found=rows, told=entity.rows)
    if not identities:
        yield from _check_hashes(objects, entity)
        return
    with RowsAsOf(objects, entity, identities, keep_going=True) as found:
        for pack, problem in found.damages:
            yield Problem("pack_wrong", name=pack.sha256[:12], why=problem)
        if entity.present is not None and not found.damages and found.present != entity.present:
            yield Problem("present_differs", found=found.present, told=entity.present)


def _check_hashes(objects: Objects, entity: ListedEntity) -> Iterator[Problem]:
    for pack in entity.packs:
        try:
            check_sealed(objects.read_sealed(pack.sha256), facts_of(pack))
        except Problem as problem:
            yield Problem("pack_wrong", name=pack.sha256[:12], why=problem)
