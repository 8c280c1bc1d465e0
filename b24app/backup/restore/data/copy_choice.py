"""What may be chosen from the copies of a portal: copies, kinds of items in them, fields; what a mass loss suggests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.backup.model import BackupCopy, CopyEntity, CopyState
from b24app.backup.proofs.open_losses import LossKind, LossView, open_losses
from b24app.backup.proofs.watched_kinds import field_of
from b24app.backup.reading.portal_shape import shape_of
from b24app.backup.restore.data.choices import MOST, all_gone, by_field, by_numbers
from b24app.backup.restore.data.copy_preview import SMART, TITLES
from b24app.backup.restore.data.data_kinds import find_kind
from b24app.backup.restore.data.item_types import item_type
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.shop.repaired_fields import FIELD_TITLES as GOODS_TITLES
from b24app.backup.restore.data.shop.repaired_fields import PRICE_TITLE, fields_of
from b24app.backup.restore.data.shop.row_types import FAMILIES, PRICE, shop_type
from b24app.backup.restore.data.task_preview import TITLE as TASK_TITLE
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.settings_versions.versions import rows_at
from b24app.database import db
from b24app.errors import BadInput
from b24app.json_values import Json, is_object
from b24app.text.messages import N_

SHOWN = 60
MOST_NAMED = 20
NO_COPY = N_("Choose one of the copies.")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "fm": ("contact", "company", "lead"),
    "assignedById": ("deal", "lead", "contact", "company", "quote", "invoice"),
    "opportunity": ("deal", "lead", "quote", "invoice"),
    "sourceId": ("deal", "lead", "contact"),
    "companyId": ("deal", "lead", "contact", "quote", "invoice"),
    "contactId": ("deal", "lead", "quote", "invoice"),
    "comments": ("deal", "lead", "contact", "company", "quote"),
}
PLAIN_PROPERTIES = ("S", "N", "L")
FIELD_TITLES: Mapping[str, str] = {
    "fm": N_("Phones and mail addresses"),
    "assignedById": N_("Responsible person"),
    "opportunity": N_("Amount"),
    "sourceId": N_("Source"),
    "companyId": N_("Company"),
    "contactId": N_("Contact"),
    "comments": N_("Comment"),
}


@dataclass(frozen=True, slots=True)
class CopyOption:
    """A copy from which items can be restored."""

    id: int
    made_at: datetime
    proven: bool


@dataclass(frozen=True, slots=True)
class KindOption:
    """A kind of items; the portal's own name where it is a smart process, the number of a further catalogue."""

    entity: str
    title: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class FieldOption:
    """A field that may have been emptied; `name` is the portal's own where it is a custom field."""

    code: str
    title: str
    name: str = ""


def list_copies() -> tuple[CopyOption, ...]:
    """The copies that were read to their end and are kept still, the newest first."""
    kept = BackupCopy.state.in_([CopyState.DONE, CopyState.UNPROVEN]), BackupCopy.forgotten_at.is_(None)
    rows = db.session.scalars(select(BackupCopy).where(*kept).order_by(BackupCopy.id.desc()).limit(SHOWN))
    return tuple(
        CopyOption(row.id, row.read_at or row.created_at, row.state == CopyState.DONE) for row in rows
    )


def list_kinds() -> tuple[KindOption, ...]:
    """The usual kinds of items, and every smart process that any of the copies has."""
    usual = ("deal", "contact", "company", "lead", "quote", "invoice")
    codes = set(db.session.scalars(select(CopyEntity.entity).distinct()))
    smart = sorted(code for code in codes.difference(usual) if item_type(code) is not None)
    further = sorted(code for code in codes.difference(FAMILIES) if shop_type(code) is not None)
    shop = [code for code in FAMILIES if code in codes or code in ("product", "order")]
    names = _smart_names() if smart else {}
    return (
        *(KindOption(code, TITLES[code]) for code in usual),
        *(KindOption(code, FAMILIES[code].title) for code in shop),
        *(KindOption(code, *_in_further_catalogue(code)) for code in further),
        *(KindOption(code, SMART, names.get(code, code.removeprefix("item_"))) for code in smart),
        KindOption(TASK, TASK_TITLE),
    )


def _in_further_catalogue(code: str) -> tuple[str, str]:
    """The title of a kind of a further catalogue: its own title, and the number of the catalogue."""
    base, _, number = code.rpartition("_")
    return FAMILIES[base].title, number


def _smart_names() -> dict[str, str]:
    """The titles of smart processes, by the newest copies that have them."""
    newest = select(BackupCopy).order_by(BackupCopy.id.desc()).limit(MOST_NAMED)
    shapes = [shape_of(one).smart_processes for one in reversed(db.session.scalars(newest).all())]
    return {f"item_{number}": title for shape in shapes for number, title in shape.items() if title}


def list_fields(entity: str, at: datetime) -> tuple[FieldOption, ...]:
    """The fields of a kind that can be filled again: a few usual ones, and the custom ones that settings name."""
    shop = shop_type(entity)
    if shop is not None:
        return tuple(_goods_fields(shop.base, at)) if shop.is_goods else ()
    usual = [FieldOption(code, FIELD_TITLES[code]) for code, kinds in FIELDS.items() if entity in kinds]
    custom = [_custom(row) for row in rows_at(f"user_field_{entity}", at) or ()]
    return (*usual, *(one for one in custom if one is not None))


def _goods_fields(base: str, at: datetime) -> Iterator[FieldOption]:
    """The usual fields of goods, their prices by type, and the properties that settings name."""
    yield from (FieldOption(code, GOODS_TITLES[code]) for code in fields_of(base))
    for row in (rows_at("price_type", at) or ()) if base != "sku" else ():
        yield FieldOption(f"{PRICE}{row.get('id')}", PRICE_TITLE, str(row.get("name") or ""))
    for row in rows_at("product_property", at) or ():
        if row.get("propertyType") in PLAIN_PROPERTIES:
            yield FieldOption(f"property{row.get('id')}", "", str(row.get("name") or row.get("id")))


def _custom(row: Mapping[str, Json]) -> FieldOption | None:
    name, kind = str(row.get("FIELD_NAME") or ""), str(row.get("USER_TYPE_ID") or "")
    if not name.startswith("UF_CRM_") or kind == "file":
        return None
    label = row.get("EDIT_FORM_LABEL") or row.get("LIST_COLUMN_LABEL")
    shown = next(iter(label.values()), "") if is_object(label) else label
    return FieldOption(name.replace("UF_CRM_", "ufCrm_"), "", str(shown or name))


def find_loss(loss_id: int) -> LossView | None:
    """An open loss of items, or of a column of them, by its id."""
    losses = (one for one in open_losses() if comes_from_copy(one))
    return next((one for one in losses if one.id == loss_id), None)


def comes_from_copy(loss: LossView) -> bool:
    """Whether a loss is restored from a copy: a pipeline is restored from the versions of settings."""
    return loss.kind is not LossKind.PIPELINE and find_kind(loss.entity) is not None


def choices_of_loss(loss: LossView) -> tuple[RestoreChoice, ...]:
    """Choices that restore a loss: a column, the named items, or all missing ones where not all of them are named."""
    if loss.kind is LossKind.COLUMN:
        return by_field(loss.entity, field_of(loss.key))
    named = [str(one) for one in loss.ids]
    return by_numbers(loss.entity, named) if loss.lost == len(named) <= MOST else all_gone(loss.entity)


def copy_before(copies: Sequence[CopyOption], since: datetime | None) -> CopyOption | None:
    """The newest copy that has what was lost since a moment; the newest of all without one."""
    return next((one for one in copies if since is None or one.made_at <= since), None)


def find_copy(copy_id: int | None) -> CopyOption:
    """A copy of this portal from which items can be restored; raises BadInput."""
    found = next((one for one in list_copies() if one.id == copy_id), None)
    if found is None:
        raise BadInput(NO_COPY, "copy")
    return found
