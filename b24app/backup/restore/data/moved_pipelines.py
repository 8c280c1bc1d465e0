"""Pipelines that were put back and have another number now, by the lines of earlier restores."""

from b24app.backup.restore.data.item_look import MovedPipelines
from b24app.backup.restore.given_ids import given_ids

PIPELINE = "pipeline"


def moved_pipelines() -> MovedPipelines:
    """New numbers by former ones, by the type of their items; undone ones do not count, the newest does."""
    found: dict[int, dict[int, int]] = {}
    for (entity, former), ids in given_ids([PIPELINE]).items():
        kind, newest = entity.rpartition("_")[2], max((int(one) for one in ids if one.isdigit()), default=0)
        if newest and former.isdigit() and kind.isdigit():
            found.setdefault(int(kind), {})[int(former)] = newest
    return found
