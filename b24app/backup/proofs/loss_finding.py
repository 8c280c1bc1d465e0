"""Finds mass losses: in items that an increment found deleted, in the portal's counts, in events whose items the list shows no more.

Each loss is one row until people decide. What was decided is not found again. Nothing is concluded from a portal that refuses,
an account that is no administrator's and a sweep that was cut short.
"""

from collections.abc import Iterator
from datetime import datetime

from b24app.backup.proofs.counted_portal import Counted
from b24app.backup.proofs.left_items import items_that_left
from b24app.backup.proofs.loss_keeping import GoneItems, NamedLoss, note_gone, note_named
from b24app.backup.proofs.loss_rules import emptied, gone_pipelines, is_mass_loss
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind


def find_in_copies(at: datetime) -> list[MassLoss]:
    """Losses in items that copies found deleted; only of kinds whose ids were all swept."""
    found = [note_gone(gone, at) for gone in items_that_left(at)]
    return [row for row in found if row is not None]


def find_in_counts(before: Counted, now: Counted, since: datetime, at: datetime) -> list[MassLoss]:
    """Losses in what the portal counts: fewer items, emptied columns, deleted pipelines and smart processes."""
    if not now.complete_rights:
        return []
    found = [
        *_types(before, now, since, at),
        *_fewer_items(before, now, since, at),
        *_emptied(before, now, since, at),
    ]
    return [row for row in (*found, *_pipelines(before, now, since, at)) if row is not None]


def _types(before: Counted, now: Counted, since: datetime, at: datetime) -> Iterator[MassLoss | None]:
    for entity in before.gone_types(now):
        name, known = before.titles.get(entity) or entity, len(before.titles)
        yield note_named(NamedLoss(LossKind.PIPELINE, entity, WHOLE_TYPE, name, 1, known), since, at)


def _fewer_items(before: Counted, now: Counted, since: datetime, at: datetime) -> Iterator[MassLoss | None]:
    """Losses by fewer items; a kind that was not counted now is unchanged, a deleted smart process has lost all."""
    gone = before.gone_types(now)
    for entity, count in before.items.items():
        lost = count - (0 if entity in gone else now.items.get(entity, count))
        if lost > 0:
            name = before.titles.get(entity, "")
            yield note_gone(GoneItems(entity, lost, count, since, name=name), at)


def _emptied(before: Counted, now: Counted, since: datetime, at: datetime) -> Iterator[MassLoss | None]:
    for entity, columns in before.filled.items():
        for code in columns:
            was, left = before.column(entity, code), now.column(entity, code)
            if was is None or left is None:
                continue
            lost = emptied(was, left)
            if is_mass_loss(lost, was.filled):
                name = before.column_title(entity, code)
                yield note_named(NamedLoss(LossKind.COLUMN, entity, code, name, lost, was.filled), since, at)


def _pipelines(before: Counted, now: Counted, since: datetime, at: datetime) -> Iterator[MassLoss | None]:
    for entity, known in before.pipelines.items():
        for key, name in gone_pipelines(known, now.pipelines.get(entity, {})).items():
            yield note_named(NamedLoss(LossKind.PIPELINE, entity, key, name, 1, len(known)), since, at)
