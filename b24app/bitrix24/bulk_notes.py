"""What the call log keeps of a bulk reading: the request, and per command how many rows came, their ids, a hash; never a body."""

import json
from collections.abc import Iterator
from hashlib import sha256

from pydantic_core import to_json

from b24app.bitrix24.batch_parts import code_of, parts_of
from b24app.bitrix24.call_log import describe_request
from b24app.bitrix24.list_methods import paging_of
from b24app.bitrix24.masking import mask_words
from b24app.bitrix24.responses import read_integer, read_timing
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_object

MOST_CODE = 80
Note = dict[str, object]


class BulkNotes:
    """Notes of reads whose answers hold many people's data."""

    def of_request(self, method: str, params: JsonObject) -> str:
        """The masked parameters, as of any call."""
        return describe_request(method, params)

    def of_answer(self, method: str, params: JsonObject, body: JsonObject, raw: bytes) -> str:
        """Count, range of ids and hash; of a refusal its code alone, for its words may repeat what was asked."""
        if "error" in body:
            return json.dumps({"error": str(body.get("error"))[:MOST_CODE]})
        commands = params.get("cmd")
        noted: Note
        if method == "batch" and is_object(commands):
            noted = {"commands": {key: _note(str(one), parts_of(body, key)) for key, one in commands.items()}}
        else:
            noted = _count(method, body.get("result"))
        return json.dumps(noted | {"bytes": len(raw), "sha256": sha256(raw).hexdigest()})


def _note(command: str, parts: JsonObject) -> Note:
    """What is kept of one command; its hash is of the rows as they are written without spaces."""
    if not parts:
        return {}
    took: Note = {"time": {"duration": read_timing(parts.get("time")).duration}} if "time" in parts else {}
    if "error" in parts:
        return {"error": mask_words(code_of(parts["error"]))[:MOST_CODE]} | took
    result = parts.get("result")
    counted = _count(command.partition("?")[0], result)
    return counted | {"sha256": sha256(to_json(result)).hexdigest()} | took


def _count(method: str, result: Json) -> Note:
    rows = _rows(method, result)
    ids = list(_ends(method, rows)) if rows else []
    return {"rows": len(rows)} | ({"ids": f"{min(ids)}-{max(ids)}"} if ids else {})


def _rows(method: str, result: Json) -> list[JsonObject]:
    try:
        return paging_of(method).rows(result)
    except PortalError:
        return []


def _ends(method: str, rows: list[JsonObject]) -> Iterator[int]:
    names = (*paging_of(method).id, "id", "ID")
    for row in (rows[0], rows[-1]):
        found = next((number for name in names if (number := read_integer(row.get(name))) is not None), None)
        if found is not None:
            yield found
