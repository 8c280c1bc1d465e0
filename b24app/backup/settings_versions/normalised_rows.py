"""Answers of the portal as rows to be kept: only the declared fields, values of secrets as fingerprints. Pure."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from b24app.backup.entities.entity import Entity
from b24app.bitrix24.masking import Sort, sort_of
from b24app.json_values import Json, JsonObject, is_array, is_object

OWNER = "_owner"
ONE_OBJECT = frozenset({"imopenlines.config.get", "landing.site.fullExport"})
"""Methods that answer with the object itself."""
VALUES = frozenset({"sale.paysystem.settings.get"})
"""Methods that answer with values by their codes."""
BY_ID = frozenset({"voximplant.line.get"})
"""Methods that answer with titles by their ids."""
IN_ORDER = frozenset({"crm.item.details.configuration.get"})
"""Methods whose list is one object: its order is a setting."""
SETS = frozenset({"UF_DEPARTMENT", "typeIds", "users", "providers"})
"""Fields whose lists have no order."""
NO_SECRETS = frozenset({"PROVIDER_KEY", "auth_type", OWNER})
"""Names that look like secrets but are none."""
LENGTH = 24


def is_list(method: str) -> bool:
    """Whether a method answers with many rows, perhaps in pages."""
    return method not in ONE_OBJECT | VALUES | BY_ID | IN_ORDER


def read_answer(method: str, result: Json) -> list[JsonObject]:
    """The rows of one answer that is no paged list; none where the portal answers that there is none."""
    if method in IN_ORDER:
        return [{"sections": result}] if is_array(result) else []
    if not is_object(result):
        return []
    if method in BY_ID:
        return [{"id": key, "title": title} for key, title in result.items()]
    return [{"values": result}] if method in VALUES else [result]


def listed(result: Json) -> Sequence[Json]:
    """The rows of a list, plain or under a name of its own, by number or by id."""
    if is_array(result):
        return result
    if not is_object(result):
        return ()
    inner = [value for value in result.values() if is_array(value) or is_object(value)]
    if len(result) == len(inner) == 1:
        found = inner[0]
        return found if is_array(found) else list(found.values()) if is_object(found) else ()
    return ()


def normalised(entity: Entity, rows: Sequence[JsonObject], salt: str, owner: str = "") -> list[JsonObject]:
    """The rows as they are kept, each with the id of its owner."""
    return [{**({OWNER: owner} if owner else {}), **_row(entity, row, salt, owner)} for row in rows]


def _row(entity: Entity, row: JsonObject, salt: str, owner: str) -> dict[str, Json]:
    kept = {name: value for name, value in row.items() if not entity.keeps or name in entity.keeps}
    return {
        name: _value(entity, name, value, f"{salt}|{entity.code}|{owner}")
        for name, value in kept.items()
        if name not in entity.drops
    }


def _value(entity: Entity, name: str, value: Json, salt: str) -> Json:
    if name in entity.secrets:
        return _fingerprints(value, f"{salt}|{name}")
    if is_object(value):
        return {key: _value(entity, key, one, salt) for key, one in value.items() if key not in entity.drops}
    if is_array(value):
        inner = [_value(entity, "", one, salt) for one in value]
        return sorted(inner, key=str) if name in SETS else inner
    return fingerprint(value, f"{salt}|{name}") if _opens_something(name, value) else value


def _opens_something(name: str, value: Json) -> bool:
    return isinstance(value, str) and name not in NO_SECRETS and sort_of(name) is Sort.SECRET


def _fingerprints(value: Json, salt: str) -> Json:
    """A fingerprint for each nested value, so that it can be seen which was changed."""
    if is_object(value):
        return {key: _fingerprints(one, f"{salt}|{key}") for key, one in value.items()}
    if is_array(value):
        return [_fingerprints(one, salt) for one in value]
    return fingerprint(value, salt)


def fingerprint(value: Json, salt: str) -> Json:
    """A keyed hash that changes with the value and does not reveal it; empty values stay empty."""
    if value is None or value == "":
        return value
    return hmac.new(salt.encode(), f"{value}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def owner_params(params: Mapping[str, str], owner: str) -> JsonObject:
    """The parameters of one owner: `filter.entityId` is a field of `filter`."""
    found: dict[str, Json] = {}
    for name, text in params.items():
        place, _, inner = name.partition(".")
        value = text.replace("{id}", owner)
        before = found.get(place)
        found[place] = {**(before if is_object(before) else {}), inner: value} if inner else value
    return found
