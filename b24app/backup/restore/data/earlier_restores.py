"""Items and tasks that earlier restores of this portal have made, by their journals: an origin that was changed since does not hide them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from b24app.backup.restore.data.item_look import EarlierItems
from b24app.backup.restore.data.line_kinds import MADE_FROM_COPY
from b24app.backup.restore.model import Restore, RestoreLine, RestoreLineState
from b24app.database import db

TOTALS = {
    "deal": "deals", "lead": "leads", "contact": "contacts", "company": "companies", "quote": "quotes",
    "invoice": "invoices", "order": "orders",
}  # fmt: skip
"""The name of each kind in the totals; elements of smart processes are there by the number of their type."""
MADE = (RestoreLineState.CREATED, RestoreLineState.SAME)


def count_put_back(since: datetime) -> Mapping[str, int]:
    """How many items were restored under new numbers since then, by kind as totals name it; undone ones do not count."""
    mine = (
        select(RestoreLine.entity, RestoreLine.key)
        .join(Restore, Restore.id == RestoreLine.restore_id)
        .distinct()
        .where(
            RestoreLine.state.in_(MADE), RestoreLine.new_key != "", RestoreLine.new_key != RestoreLine.key,
            Restore.undone_at.is_(None), Restore.begun_at >= since,
        )
    )  # fmt: skip
    return Counter(
        TOTALS.get(entity, entity.removeprefix("item_")) for entity, _former in db.session.execute(mine)
    )


def former_numbers(loss_id: int, since: datetime) -> set[tuple[str, str]]:
    """Entity and former number of each item that restores begun since then brought back, from this alarm or from none."""
    mine = (
        select(RestoreLine.entity, RestoreLine.key)
        .join(Restore, Restore.id == RestoreLine.restore_id)
        .distinct()
        .where(
            RestoreLine.kind.in_(MADE_FROM_COPY), RestoreLine.state.in_(MADE), RestoreLine.new_key != "",
            Restore.undone_at.is_(None), Restore.begun_at >= since,
            or_(Restore.loss_id == loss_id, Restore.loss_id.is_(None)),
        )
    )  # fmt: skip
    return {(entity, key) for entity, key in db.session.execute(mine)}


def items_put_back() -> EarlierItems:
    """New numbers by entity and former number, the newest first; items lost and restored again are followed."""
    mine = (
        select(RestoreLine.entity, RestoreLine.key, RestoreLine.new_key)
        .where(RestoreLine.kind.in_(MADE_FROM_COPY), RestoreLine.state.in_(MADE), RestoreLine.new_key != "")
        .order_by(RestoreLine.id.desc())
    )
    found: dict[tuple[str, str], list[str]] = {}
    for entity, key, new_key in db.session.execute(mine):
        if key != new_key:
            found.setdefault((entity, key), []).append(new_key)
    return {key: _followed(found, key) for key in found}


def _followed(found: Mapping[tuple[str, str], Sequence[str]], key: tuple[str, str]) -> Sequence[str]:
    entity, _ = key
    numbers = list(dict.fromkeys(found[key]))
    for number in numbers:
        numbers += [one for one in found.get((entity, number), ()) if one not in numbers]
    return numbers
