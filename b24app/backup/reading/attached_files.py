"""Files of Disk that are attached to objects: the portal returns their bindings, each of which is asked for its address."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from b24app.backup.reading.file_contents import NOT_GIVEN
from b24app.errors import PortalError, ScopeMissing, UnknownRefusal
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command, RestClient

GET = "disk.attachedObject.get"
BINDING = "attachedId"
"""Part of the paths that lists.element.get.file.url returns for files of Disk; other paths open for people alone."""


def bindings_in(result: Json) -> list[str]:
    """The numbers of bindings that paths of the portal name (lists-element-get-file-url.md)."""
    paths = [one for one in result if isinstance(one, str)] if is_array(result) else []
    found = [number for path in paths for number in parse_qs(urlsplit(path).query).get(BINDING, ())]
    return [number for number in dict.fromkeys(found) if number.isdigit()]


def read_bindings(
    client: RestClient, bindings: Mapping[int, Sequence[str]]
) -> Mapping[int, Sequence[JsonObject]]:
    """The files behind the bindings of each owner, with their addresses; raises what concerns the portal or all of them."""
    numbers = dict.fromkeys(number for some in bindings.values() for number in some)
    rows = _read(client, numbers)
    return {owner: [rows[number] for number in some] for owner, some in bindings.items()}


def _read(client: RestClient, numbers: Iterable[str]) -> Mapping[str, JsonObject]:
    asked = {number: Command(GET, {"id": int(number)}, write=False) for number in numbers}
    found: dict[str, JsonObject] = {}
    for number, outcome in client.batch(asked).items() if asked else ():
        if isinstance(outcome, PortalError):
            if isinstance(outcome, ScopeMissing | UnknownRefusal) or outcome.retryable:
                raise outcome
            found[number] = {"ID": number, NOT_GIVEN: True}
        elif is_object(outcome.result):
            found[number] = outcome.result
    return found
