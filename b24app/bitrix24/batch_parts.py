"""The parts of the answer of a batch, or of its note, for each of its commands, in every shape that portals use."""

from collections.abc import Iterator

from b24app.bitrix24.responses import php_map
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_object


def parts_of(answer: JsonObject, key: str) -> dict[str, Json]:
    """The part of an answer for one command: `result` or `error`, with its `total`, `next` and `time`, or a note of bulk reading."""
    noted = answer.get("commands")
    if is_object(noted):
        note = noted.get(key)
        return dict(note) if is_object(note) else {}
    inner = answer.get("result")
    if not is_object(inner):
        return {}
    names = ("result", "error", "total", "next", "time")
    told = ((name, _map(inner.get("result" if name == "result" else f"result_{name}"))) for name in names)
    return {name: values[key] for name, values in told if key in values}


def _map(value: Json) -> JsonObject:
    try:
        return php_map(value)
    except PortalError:
        return {}


def code_of(refusal: Json) -> str:
    """The code of a refusal, in any of the shapes that portals have for it."""
    if not is_object(refusal):
        return str(refusal)
    code = refusal.get("error", refusal.get("code", ""))
    return code_of(code) if is_object(code) else str(code)


def refused_codes(answer: JsonObject) -> Iterator[str]:
    """The codes of the commands of a batch that were refused; each once for each command."""
    inner = answer.get("result")
    refusals = _map(inner.get("result_error")) if is_object(inner) else {}
    yield from (code_of(one) for one in refusals.values())
