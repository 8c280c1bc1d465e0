"""What the call log keeps of a bulk reading: the request, how many rows came, the range of their ids, a hash; never a body."""

import json
from collections.abc import Iterator
from hashlib import sha256

from b24app.bitrix24.call_log import describe_request
from b24app.bitrix24.list_methods import paging_of
from b24app.bitrix24.responses import php_map, read_integer
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object


class BulkNotes:
    """Notes of reads whose answers hold many people's data."""

    def of_request(self, method: str, params: JsonObject) -> str:
        """The masked parameters, as of any call."""
        return describe_request(method, params)

    def of_answer(self, method: str, params: JsonObject, body: JsonObject, raw: bytes) -> str:
        """Count, range of ids and hash; of a refusal its code alone, for its words may repeat what was asked."""
        if "error" in body:
            return json.dumps({"error": str(body.get("error"))[:80]})
        found = list(_lists(method, params, body))
        ids = [number for name, rows in found if rows for number in _ends(name, rows)]
        noted: dict[str, object] = {"rows": sum(len(rows) for _, rows in found)}
        if ids:
            noted["ids"] = f"{min(ids)}-{max(ids)}"
        return json.dumps(noted | {"bytes": len(raw), "sha256": sha256(raw).hexdigest()})


def _lists(method: str, params: JsonObject, body: JsonObject) -> Iterator[tuple[str, list[JsonObject]]]:
    """The lists of an answer with the method that each came from."""
    result = body.get("result")
    commands = params.get("cmd")
    if method != "batch" or not is_object(result) or not is_object(commands):
        yield method, _rows(method, result)
        return
    found = result.get("result")
    for key, one in (php_map(found) if is_object(found) or is_array(found) else {}).items():
        name = str(commands.get(key, "")).partition("?")[0]
        yield name, _rows(name, one)


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
