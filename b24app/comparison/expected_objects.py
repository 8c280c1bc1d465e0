"""Stores what a portal is expected to hold: read for the baseline that counts now, written when a run has ended."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import select

from b24app.checklist.engine.runs import facts_of_run
from b24app.checklist.model import BaselineChoice, Run, RunState
from b24app.comparison.baseline import adopted, learned
from b24app.comparison.compare import State
from b24app.comparison.comparison_format import compared_facts
from b24app.comparison.model import ExpectedObjects
from b24app.comparison.resource import NOT_SEEN, Objects, Resource, load_resources, resources_of
from b24app.database import db
from b24app.json_values import Json, JsonObject, is_object

KEPT: TypeAdapter[dict[str, Resource | None]] = TypeAdapter(dict[str, Resource | None])


def read_expected(choice: BaselineChoice) -> State:
    """The expected state while this choice counts; a baseline chosen since it was stored begins from its own objects.

    A kind that another release has stored in another format begins from those of the baseline too.
    """
    row = db.session.scalar(select(ExpectedObjects))
    kept = load_state(row.content) if row else {}
    if row is not None and row.choice_id == choice.id:
        whole = kept.keys() >= load_resources().keys()
        return kept if whole else {**_objects_of(choice.run_id), **kept}
    known = adopted(kept, _objects_of(choice.run_id))
    last = select(Run.id).where(Run.state == RunState.DONE).order_by(Run.id.desc()).limit(1)
    newest = db.session.scalar(last) or choice.run_id
    return learned(known, _objects_of(newest)) if newest > choice.run_id else known


def _objects_of(run_id: int) -> State:
    return resources_of(facts_of_run(run_id, compared_facts()))


def keep_expected(choice: BaselineChoice, expected: State) -> None:
    """Store what is expected from now on."""
    row = db.session.scalar(select(ExpectedObjects)) or ExpectedObjects()
    row.choice_id, row.content = choice.id, dump_state(expected)
    db.session.add(row)
    db.session.flush()


def dump_state(state: State) -> bytes:
    """The objects of every kind with the signature of the kind."""
    kinds = load_resources()
    return to_json({
        code: {"signature": kinds[code].signature, "objects": _plain(objects)}
        for code, objects in state.items()
        if code in kinds
    })  # fmt: skip


def _plain(objects: Objects) -> Json:
    found: Json = KEPT.dump_python(
        {key: None if one is NOT_SEEN else one for key, one in objects.items()},
        mode="json",
        exclude_defaults=True,
    )
    return found


def load_state(content: bytes) -> dict[str, Objects]:
    """Load the objects; a kind whose keys or values have another format is left out."""
    try:
        found = from_json(content) if content else {}
    except ValueError:
        return {}
    rows: JsonObject = found if is_object(found) else {}
    kinds = load_resources()
    read = {code: _objects(kinds[code].signature, one) for code, one in rows.items() if code in kinds}
    return {code: objects for code, objects in read.items() if objects is not None}


def _objects(signature: str, kept: Json) -> Mapping[str, Resource] | None:
    if not is_object(kept) or kept.get("signature") != signature:
        return None
    try:
        objects = KEPT.validate_python(kept.get("objects"))
    except ValidationError:
        return None
    return {key: NOT_SEEN if one is None else one for key, one in objects.items()}
