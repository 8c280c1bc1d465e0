"""All tables that hold something about a portal, and the columns that are not handed over: secrets, and what is another's.

A table is found by the metadata, so that a new one cannot be forgotten. A sealed or binary column that nobody has judged
here is left out: whoever adds one decides (`tests/portals/test_data_file.py` asks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Column, LargeBinary, TypeDecorator
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from b24app.database import Base
from b24app.portals.model import EventIn, Portal

PROOF = "a secret, or what proves one"
OF_CLIENTS = "what clients show their integrator: only as long as each of them shows it, on the pages"
SEALED_COPY = "a part of the copy, which your key alone opens: it is taken on the page of the copy"
ITSELF = "this file itself"
UNJUDGED = "kept encrypted"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "access.access_token",
            "access.refresh_token",
            "api_token.digest",
            "backup_plan.target",
            "channel.address",
            "channel.secret",
            "client_report.code",
            "delivery.target",
            "event_in.payload",
            "group_feed.digest",
            "held_key.sealed",
            "invitation.code",
            "invitation.digest",
            "outside_address.code",
            "outside_session.digest",
            "own_mail_server.url",
            "portal.application_token",
            "reminder_due.token",
            "report_file.digest",
            "report_look.sender_code",
            "report_reader.code",
            "sign_in_address.code",
            "sign_in_address.email_digest",
            "sign_in_link.digest",
            "status_link.code",
            "target_trial.typed",
            "telegram_link.chat",
            "telegram_link.code",
            "telegram_link.mark",
            "webhook_address.old_secret",
            "webhook_address.secret",
            "webhook_address.url",
        ),
        PROOF,
    ),
    **dict.fromkeys(
        ("client_report.content", "client_report.foreword", "client_report.head", "client_report.reader"),
        OF_CLIENTS,
    ),
    **dict.fromkeys(("download_part.content", "guided_export.waiting"), SEALED_COPY),
    "data_file_part.content": ITSELF,
}
OPENED = frozenset(
    {
        "answer_file.content",
        "backup_item_index.content",
        "call_log.packed",
        "change_list_state.content",
        "expected_objects.content",
        "integrator.contact_email",
        "integrator.contact_name",
        "integrator.contact_phone",
        "integrator.logo",
        "kept_fact.content",
        "kept_fact.digest",
        "mass_loss.content",
        "mass_loss.name",
        "own_mail_server.sender",
        "paper.content",
        "report_file.content",
        "report_look.sender",
        "report_reader.email",
        "restore.before",
        "restore.plan",
        "restore.title",
        "restore_line.name",
        "restore_line.words",
        "run_comparison.content",
        "run_result.facts",
        "run_result.verdicts",
        "settings_change.content",
        "settings_change.name",
        "settings_version.content",
        "sign_in_address.email",
        "watched_counts.content",
    }
)
"""Sealed and binary columns whose contents are handed over."""
BY_THEIR_WAY: Mapping[type[Base], str] = {Portal: "id", EventIn: "member_id"}
"""Tables that belong to a portal by another column than `portal_id`."""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """One table as it is handed over: what finds a portal's rows, the columns, those left out with why, whether rows are large."""

    name: str
    owner: InstrumentedAttribute[object]
    key: InstrumentedAttribute[int]
    columns: Mapping[str, InstrumentedAttribute[object]]
    left_out: Mapping[str, str]
    is_heavy: bool

    def owned_by(self, portal: Portal) -> object:
        """The value of the owner column in the rows of a portal."""
        return portal.member_id if self.owner.key == "member_id" else portal.id


@cache
def stored_tables() -> tuple[StoredTable, ...]:
    """Every table that holds something about a portal, by name."""
    found = (_stored(mapper) for mapper in Base.registry.mappers)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))


def _stored(mapper: Mapper[Base]) -> StoredTable | None:
    owner = BY_THEIR_WAY.get(mapper.class_) or ("portal_id" if "portal_id" in mapper.columns else "")
    if not owner:
        return None
    name = str(mapper.class_.__tablename__)
    columns = {one.name: mapper.get_property_by_column(one).key for one in mapper.class_.__table__.columns}
    left_out = {
        one: why for one in columns if (why := why_left_out(name, mapper.class_.__table__.columns[one]))
    }
    return StoredTable(
        name=name,
        owner=getattr(mapper.class_, owner),
        key=getattr(mapper.class_, mapper.get_property_by_column(mapper.primary_key[0]).key),
        columns={one: getattr(mapper.class_, key) for one, key in columns.items() if one not in left_out},
        left_out=left_out,
        is_heavy=any(
            is_binary(mapper.class_.__table__.columns[one]) for one in columns if one not in left_out
        ),
    )


def why_left_out(table: str, column: Column[object]) -> str:
    """Why a column is not handed over; empty for one that is."""
    name = f"{table}.{column.name}"
    return LEFT_OUT.get(name, "" if name in OPENED or not is_binary(column) else UNJUDGED)


def is_binary(column: Column[object]) -> bool:
    """Whether a column is stored in the database as bytes: sealed, packed, a file."""
    kind = column.type
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, LargeBinary)
