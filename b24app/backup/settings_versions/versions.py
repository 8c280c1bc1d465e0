"""Versions of the rows of each settings entity: a new one after each change, and the rows at any moment."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, func, select, update

from b24app.backup.settings_versions.model import SettingsVersion
from b24app.database import db
from b24app.json_values import JsonObject, is_array, is_object

FORMAT = 1


def rows_at(entity_code: str, moment: datetime) -> list[JsonObject] | None:
    """The rows of a settings entity as they were at this moment; None where no version is that old, or it cannot be read.

    A row that belongs to an owner (`Entity.per_item`) names its id in `_owner`. Values of a secret entity are fingerprints.
    """
    mine = SettingsVersion.entity == entity_code, SettingsVersion.taken_at <= moment
    newest = SettingsVersion.taken_at.desc(), SettingsVersion.id.desc()
    content = db.session.scalar(select(SettingsVersion.content).where(*mine).order_by(*newest).limit(1))
    return None if content is None else read_content(content)


def moments_kept(after: datetime, until: datetime, *, limit: int = 8) -> list[datetime]:
    """When versions of any entity were taken in between, the oldest first."""
    within = SettingsVersion.taken_at > after, SettingsVersion.taken_at <= until
    moments = select(SettingsVersion.taken_at).where(*within).distinct()
    return list(db.session.scalars(moments.order_by(SettingsVersion.taken_at).limit(limit)))


def keep_version(entity_code: str, rows: Sequence[JsonObject], at: datetime) -> bool:
    """Keep these rows as they are at `at`; True when they differ from the newest version, which is then a new one."""
    return bool(keep_versions({entity_code: rows}, at))


def keep_versions(read: Mapping[str, Sequence[JsonObject]], at: datetime) -> list[str]:
    """Keep the rows of these entities as they are at `at`; returns the codes of those that differ from their newest version.

    A version from the future, by a wrong clock, is dated now.
    """
    mine = SettingsVersion.entity.in_(list(read))
    db.session.execute(update(SettingsVersion).where(mine, SettingsVersion.taken_at > at).values(taken_at=at))
    known, digests = _newest(mine), {code: digest_of(rows) for code, rows in read.items()}
    same = [known[code][0] for code in read if code in known and known[code][1] == digests[code]]
    db.session.execute(update(SettingsVersion).where(SettingsVersion.id.in_(same)).values(seen_at=at))
    changed = [code for code in read if code not in known or known[code][1] != digests[code]]
    db.session.add_all(_version(code, read[code], digests[code], at) for code in changed)
    db.session.flush()
    return changed


def _newest(which: ColumnElement[bool]) -> dict[str, tuple[int, str]]:
    """The id and digest of the newest version of each entity."""
    order = SettingsVersion.taken_at.desc(), SettingsVersion.id.desc()
    place = func.row_number().over(partition_by=SettingsVersion.entity, order_by=order)
    found = (
        select(SettingsVersion.id, SettingsVersion.entity, SettingsVersion.digest, place.label("place"))
        .where(which)
        .subquery()
    )
    rows = db.session.execute(select(found.c.entity, found.c.id, found.c.digest).where(found.c.place == 1))
    return {code: (number, digest) for code, number, digest in rows}


def _version(code: str, rows: Sequence[JsonObject], digest: str, at: datetime) -> SettingsVersion:
    return SettingsVersion(
        entity=code, taken_at=at, seen_at=at, digest=digest, rows=len(rows), content=dump_content(rows)
    )


def digest_of(rows: Sequence[JsonObject]) -> str:
    """The digest of rows, the same in any order of rows; fields are sorted by name."""
    lines = sorted(_line(row) for row in rows)
    return hashlib.sha256(b"\n".join([f"{FORMAT}".encode(), *lines])).hexdigest()


def _line(row: JsonObject) -> bytes:
    return to_json(_sorted(row))


def _sorted(value: object) -> object:
    if is_object(value):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if is_array(value) else value


def dump_content(rows: Sequence[JsonObject]) -> bytes:
    """The rows as they are sealed: compressed JSON."""
    return zlib.compress(to_json({"format": FORMAT, "rows": list(rows)}), 9)


def read_content(content: bytes) -> list[JsonObject] | None:
    """Load the rows; None when they have another format."""
    try:
        kept = from_json(zlib.decompress(content))
    except (zlib.error, ValueError):
        return None
    rows = kept.get("rows") if is_object(kept) and kept.get("format") == FORMAT else None
    whole = is_array(rows) and all(is_object(row) for row in rows)
    return [row for row in rows if is_object(row)] if whole and is_array(rows) else None
