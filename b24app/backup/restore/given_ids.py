"""Ids that earlier restores gave to what they made anew, by their journals; undone ones do not count."""

import re
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import aliased

from b24app.backup.restore.model import Restore, RestoreLine, RestoreLineState
from b24app.database import db

MADE = (RestoreLineState.CREATED, RestoreLineState.SAME)
TAKEN_AWAY = (RestoreLineState.CHANGED, RestoreLineState.SAME)
OTHER = re.compile(r"other:\w+_STAGE_\d+")
"""The key of a pipeline that is not one of deals."""
GivenIds = Mapping[tuple[str, str], Sequence[str]]
"""By entity and former id, the newest first."""


def own_id(key: str) -> str:
    """The portal's own id inside a key: `9` of `2:9`, `24` of `field:24`, `70` of `other:DYNAMIC_1040_STAGE_70`."""
    last = key.rpartition(":")[2]
    return last.rpartition("_STAGE_")[2] if OTHER.fullmatch(key) else last


def given_ids(kinds: Collection[str]) -> GivenIds:
    """Present ids by entity and former id of objects of these kinds; objects lost and made again are followed."""
    mine = (
        select(RestoreLine.entity, RestoreLine.key, RestoreLine.new_key)
        .where(RestoreLine.kind.in_(sorted(kinds)), RestoreLine.state.in_(MADE), RestoreLine.new_key != "")
        .where(~_taken_away())
        .order_by(RestoreLine.id.desc())
    )
    found: dict[tuple[str, str], list[str]] = {}
    for entity, key, new_key in db.session.execute(mine):
        if own_id(key) != new_key:
            found.setdefault((entity, own_id(key)), []).append(new_key)
    return {place: followed(found, place) for place in found}


def _taken_away() -> Exists:
    """The condition that a line of an undo has deleted it; an undo that had to leave it does not count."""
    line, back = aliased(RestoreLine), aliased(Restore)
    same = line.kind == RestoreLine.kind, line.key == RestoreLine.key, line.state.in_(TAKEN_AWAY)
    return exists().where(line.restore_id == back.id, back.undoes_id == RestoreLine.restore_id, *same)


def followed(found: GivenIds, place: tuple[str, str]) -> Sequence[str]:
    """The ids of one object, and those of its later successors; the newest first."""
    entity, _ = place
    ids = list(dict.fromkeys(found[place]))
    for one in ids:
        ids += [new for new in found.get((entity, one), ()) if new not in ids]
    return ids
