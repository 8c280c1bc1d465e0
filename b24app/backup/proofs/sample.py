"""The fourth proof: 200 random items of the copy, unchanged since they were read, are read again and compared field by field.

The sealed packs cannot be opened by us, so every field counts through the digest of its row (`row_digest`), which the index
keeps from the reading. The seed comes from the copy's id: the same copy draws the same items.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select

from b24app.backup.entities.entity import Entity, Tier
from b24app.backup.model import BackupCopy, CopyEntity, EntityState
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.item_index import index_count, index_digests, index_ids
from b24app.backup.reading.planning_copy import REFUSED
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.backup.reading.reread import read_rows_again
from b24app.backup.reading.whole_view import demand_whole_view
from b24app.bitrix24.responses import read_moment
from b24app.database import db
from b24app.errors import UnknownRefusal
from b24app.json_values import Json, JsonObject
from b24app.rest_client import RestClient
from b24app.text.messages import N_

SIZE = 200
SPARE = 2
"""How many are drawn for each that is needed: some were changed since."""
CLOCKS = timedelta(minutes=10)
"""How far the portal's clock may be from ours."""
FEW = 5
DIFFERS = N_("Items that nobody changed differ from the portal. Make the copy anew.")
NOBODY_LEFT = N_("Everything that was drawn was changed meanwhile. The check is repeated with the next copy.")
NOT_SHOWN = N_("The portal refuses to show some items once more, so they could not be compared.")
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of one entity: ids with the digests of their rows, and the moment after which a change is a later one."""

    entity: Entity
    ids: tuple[int, ...]
    digests: Mapping[int, bytes]
    read_from: datetime


@dataclass(slots=True)
class SampleResult:
    """The result of the comparison; `unsure` differ and have no time of change, so whether that is our fault is unknown."""

    same: int = 0
    changed_since: int = 0
    gone_since: int = 0
    unsure: dict[str, int] = field(default_factory=dict)
    same_of: dict[str, int] = field(default_factory=dict)
    differing: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    """Kinds that the portal does not show by their ids."""


def draw_sample(copy: BackupCopy) -> list[Drawn]:
    """Draw twice as many as are needed, uniformly over all rows."""
    rows = db.session.scalars(
        select(CopyEntity)
        .where(CopyEntity.copy_id == copy.id, CopyEntity.state == EntityState.DONE)
        .order_by(CopyEntity.place)
    ).all()
    known = {code: one for code, one in entities_of_copy(copy).items() if one.tier == Tier.DATA}
    begun = {
        row.entity: row.begun_at or copy.begun_at or copy.created_at for row in rows if row.entity in known
    }
    counts = {code: index_count(code) for code in begun}
    chance = random.Random(f"sample of copy {copy.id}")
    total = sum(counts.values())
    places = sorted(chance.sample(range(total), min(total, SIZE * SPARE)))
    drawn = []
    for code, ids in _at_places(counts, places):
        chance.shuffle(ids)
        drawn.append(Drawn(known[code], tuple(ids), index_digests(code, ids), begun[code]))
    return drawn


def _at_places(counts: Mapping[str, int], places: list[int]) -> Iterator[tuple[str, list[int]]]:
    """The ids at these places of one long list of all rows, by entity."""
    first = 0
    for code, count in counts.items():
        inside = [place - first for place in places if first <= place < first + count]
        if inside:
            ids, at = index_ids(code), 0
            found: list[int] = []
            for place in inside:
                found.extend(islice(ids, place - at, place - at + 1))
                at = place + 1
            yield code, found
        first += count


def compare_sample(client: RestClient, drawn: list[Drawn]) -> SampleResult:
    """Read what was drawn again and compare; the spare ones only when others were changed meanwhile. Raises PortalErrors."""
    found, total = SampleResult(), sum(len(one.ids) for one in drawn)
    demand_whole_view(client)
    needed = {one.entity.code: math.ceil(len(one.ids) * min(1.0, SIZE / max(1, total))) for one in drawn}
    for one in drawn:
        _compare(client, one, one.ids[: needed[one.entity.code]], found)
    if found.same < min(SIZE, total) and not found.differing:
        for one in drawn:
            _compare(client, one, one.ids[needed[one.entity.code] :], found)
    demand_whole_view(client)  # an account that sees less would take the rest for deleted
    return found


def _compare(client: RestClient, drawn: Drawn, ids: Sequence[int], found: SampleResult) -> None:
    code = drawn.entity.code
    try:
        rows = read_rows_again(client, drawn.entity, [str(one) for one in ids]) if ids else {}
    except (*REFUSED, UnknownRefusal):
        demand_whole_view(client)
        found.refused.append(code)
        return
    for item_id in ids:
        row = rows.get(str(item_id))
        if row is None:
            found.gone_since += 1
        elif row_digest(row) == drawn.digests.get(item_id):
            found.same += 1
            found.same_of[code] = found.same_of.get(code, 0) + 1
        elif (changed := _changed_at(drawn.entity, row)) is None:
            found.unsure[code] = found.unsure.get(code, 0) + 1
        elif changed >= drawn.read_from - CLOCKS:
            found.changed_since += 1
        else:
            found.differing.append({"entity": code, "id": item_id})


def _changed_at(entity: Entity, row: JsonObject) -> datetime | None:
    return read_moment(row.get(entity.changed)) if entity.changed else None


def judge_sample(found: SampleResult) -> dict[str, Json]:
    """The proof: no row differs, and at least one is the same; a kind without times of change that never agrees differs too."""
    never: list[Json] = [
        code for code, count in found.unsure.items() if count >= FEW and not found.same_of.get(code)
    ]
    drawn = (
        found.same
        + found.changed_since
        + found.gone_since
        + len(found.differing)
        + sum(found.unsure.values())
    )
    problem = (
        DIFFERS if found.differing or never
        else NOT_SHOWN if found.refused
        else NOBODY_LEFT if drawn and not found.same
        else ""
    )  # fmt: skip
    return {
        "passed": not problem,
        "problem": problem,
        "count": found.same,
        "changed_since": found.changed_since,
        "gone_since": found.gone_since,
        "unsure": sum(found.unsure.values()),
        "differing": found.differing[:MOST_NAMED],
        "never_the_same": never,
        "refused": sorted({str(one) for one in found.refused}),
    }
