"""Stages of a pipeline that has been made again: their dictionary and their codes have its new number."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from b24app.backup.restore.following import present_ids
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.stage_places import dictionary_of, pipeline_of, stage_code
from b24app.json_values import Json, is_array, is_object

ORDER, INDEX, NAMES = "_order", "_index", "_names"
"""Keys of a stage's choice beside the row: the codes of its dictionary in their order then, their names, or its own place."""


def moved_stages(choices: Sequence[RestoreChoice], look: PortalLook) -> Iterator[RestoreChoice]:
    """The choices under the present numbers of their pipelines; stages of one that this restore makes come with it."""
    for one in choices:
        kind, former = pipeline_of(str((one.row or {}).get("ENTITY_ID", "")))
        entity = f"pipeline_{kind}"
        now = look.ids.now((entity, former), present_ids(entity, look) or ()) if former else ""
        if look.ids.is_made(now):
            continue
        yield _moved(one, kind, now) if now and now != former else one


def _moved(choice: RestoreChoice, kind: int, new: str) -> RestoreChoice:
    row = choice.row or {}
    code = stage_code(kind, new, str(row.get("STATUS_ID", "")))
    dictionary = dictionary_of(kind, new)
    order, names = row.get(ORDER), row.get(NAMES)
    moved: dict[str, Json] = {**row, "ENTITY_ID": dictionary, "STATUS_ID": code}
    if is_array(order):
        moved[ORDER] = [stage_code(kind, new, str(one)) for one in order]
    if is_object(names):
        moved[NAMES] = {stage_code(kind, new, one): name for one, name in names.items()}
    return replace(choice, key=f"{dictionary}:{code}", row=moved)
