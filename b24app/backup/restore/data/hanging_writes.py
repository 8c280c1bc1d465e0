"""Commands for what hangs on an item made anew: its product rows, comments, activities and requisites, from the rows of the copy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from b24app.backup.restore.data.item_types import ItemType
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_

ROW_FIELDS = ("productId", "productName", "price", "quantity", "discountTypeId", "discountRate", "discountSum", "taxRate",
              "taxIncluded", "measureCode", "sort")  # fmt: skip
LEFT_OUT = frozenset({"ID", "DATE_CREATE", "DATE_MODIFY", "CREATED_BY_ID", "MODIFY_BY_ID"})
ADDRESS_LEFT_OUT = frozenset({"ANCHOR_TYPE_ID", "ANCHOR_ID", "LOC_ADDR_ID"})
TODO, CALL = "CRM_TODO", "2"
REQUISITE = 8
RETURNED = N_("Came back from the copy")
FORMER = N_("Former number %(number)s, created %(created)s by %(author)s.")
COMMENT_OF = N_("%(author)s, %(date)s (from the copy, no. %(number)s):")
ACTIVITY_OF = N_("%(author)s, %(date)s. From the copy, no. %(number)s.")
NOBODY = N_("unknown person")
Say = Callable[..., str]
"""Translates a message id with its values into the language of the portal."""


@dataclass(frozen=True, slots=True)
class HangingOwner:
    """An item made anew: its kind and its number in the portal."""

    kind: ItemType
    id: int


@dataclass(frozen=True, slots=True)
class CopiedAround:
    """Rows of the copy that hang on one item."""

    product_rows: Sequence[JsonObject] = ()
    comments: Sequence[JsonObject] = ()
    activities: Sequence[JsonObject] = ()
    requisites: Sequence[JsonObject] = ()
    bank_details: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    """By their requisite, like the addresses."""
    addresses: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HangingWrite:
    """One command and the text by which what it writes is found again; `needs` names the command whose result it uses."""

    key: str
    kind: str
    text: str
    command: Command
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes the texts that go into the portal: names of people and moments as the copy holds them."""

    say: Say
    people: Mapping[str, str]
    active: frozenset[str]
    asked_by: int

    def person(self, user_id: Json) -> str:
        """The name of a person, or a text that it is unknown."""
        return self.people.get(str(user_id), "") or self.say(NOBODY)

    def responsible(self, user_id: Json) -> int:
        """The new responsible person: the same one, or the one who restores when that one does not work here any more."""
        return int(str(user_id)) if str(user_id) in self.active else self.asked_by


def hang_on(
    owner: HangingOwner, row: JsonObject, around: CopiedAround, teller: Teller
) -> Iterator[HangingWrite]:
    """All writes for what hangs on an item made anew, in their order."""
    if around.product_rows:
        yield _product_rows(owner, around.product_rows)
    yield _former(owner, row, teller)
    for comment in around.comments:
        yield _comment(owner, comment, teller)
    for activity in around.activities:
        yield (_todo(owner, activity, teller) if _is_open(activity) else _log_line(owner, activity, teller))
    for requisite in around.requisites:
        yield from _requisite(owner, requisite, around)


def present_text(kind: str, row: JsonObject) -> str:
    """The text of a row of the portal, by which an existing row is recognised."""
    fields = {
        "comment": ("COMMENT",),
        "todo": ("SUBJECT", "DESCRIPTION"),
        "log": ("title", "text"),
        "requisite": ("NAME", "XML_ID"),
    }
    return "\n".join(str(row.get(name) or "").strip() for name in fields[kind])


def _product_rows(owner: HangingOwner, rows: Sequence[JsonObject]) -> HangingWrite:
    given = [{name: row[name] for name in ROW_FIELDS if row.get(name) is not None} for row in rows]
    params: JsonObject = {"ownerType": owner.kind.short, "ownerId": owner.id, "productRows": given}
    return HangingWrite("rows", "rows", "", Command("crm.item.productrow.set", params, write=True))


def _former(owner: HangingOwner, row: JsonObject, teller: Teller) -> HangingWrite:
    text = teller.say(
        FORMER,
        number=str(row.get("id")),
        created=moment_text(row.get("createdTime")),
        author=teller.person(row.get("createdBy")),
    )
    return _line(owner, "former", teller.say(RETURNED), text, "info")


def _comment(owner: HangingOwner, row: JsonObject, teller: Teller) -> HangingWrite:
    number = str(row.get("ID"))
    head = teller.say(
        COMMENT_OF,
        author=teller.person(row.get("AUTHOR_ID")),
        date=moment_text(row.get("CREATED")),
        number=number,
    )
    text = f"{head}\n{str(row.get('COMMENT') or '').strip()}".strip()
    fields: JsonObject = {"ENTITY_ID": owner.id, "ENTITY_TYPE": owner.kind.long, "COMMENT": text}
    return HangingWrite(
        f"c{number}", "comment", text, Command("crm.timeline.comment.add", {"fields": fields}, write=True)
    )


def _is_open(row: JsonObject) -> bool:
    """Whether an activity is an open task of the card: all others are history."""
    return row.get("PROVIDER_ID") == TODO and row.get("COMPLETED") != "Y" and bool(row.get("DEADLINE"))


def _todo(owner: HangingOwner, row: JsonObject, teller: Teller) -> HangingWrite:
    note = _activity_line(row, teller)
    title = str(row.get("SUBJECT") or "").strip()
    description = "\n".join(part for part in (str(row.get("DESCRIPTION") or "").strip(), note) if part)
    params: JsonObject = {
        "ownerTypeId": owner.kind.id, "ownerId": owner.id, "deadline": row.get("DEADLINE"), "title": title,
        "description": description, "responsibleId": teller.responsible(row.get("RESPONSIBLE_ID")),
    }  # fmt: skip
    text = f"{title}\n{description}"
    return HangingWrite(
        f"a{row.get('ID')}", "todo", text, Command("crm.activity.todo.add", params, write=True)
    )


def _log_line(owner: HangingOwner, row: JsonObject, teller: Teller) -> HangingWrite:
    """A call, a mail, a meeting or a task that is done: as history it is restored as a line of the timeline alone."""
    title = str(row.get("SUBJECT") or "").strip() or teller.say(RETURNED)
    text = "\n".join(
        part for part in (_activity_line(row, teller), str(row.get("DESCRIPTION") or "").strip()) if part
    )
    icon = "call" if str(row.get("TYPE_ID")) == CALL else "info"
    return _line(owner, f"a{row.get('ID')}", title, text, icon)


def _activity_line(row: JsonObject, teller: Teller) -> str:
    date = moment_text(row.get("START_TIME") or row.get("CREATED"))
    return teller.say(
        ACTIVITY_OF, author=teller.person(row.get("RESPONSIBLE_ID")), date=date, number=str(row.get("ID"))
    )


def _line(owner: HangingOwner, key: str, title: str, text: str, icon: str) -> HangingWrite:
    fields: JsonObject = {
        "entityTypeId": owner.kind.id,
        "entityId": owner.id,
        "title": title,
        "text": text,
        "iconCode": icon,
    }
    command = Command("crm.timeline.logmessage.add", {"fields": fields}, write=True)
    return HangingWrite(key, "log", f"{title}\n{text}", command)


def _requisite(owner: HangingOwner, row: JsonObject, around: CopiedAround) -> Iterator[HangingWrite]:
    """A requisite, then what belongs to it, which refers to its number inside the same request (batch.md)."""
    former = str(row.get("ID"))
    fields = {**_kept(row), "ENTITY_TYPE_ID": owner.kind.id, "ENTITY_ID": owner.id}
    key = f"r{former}"
    text = present_text("requisite", row)
    yield HangingWrite(key, "requisite", text, Command("crm.requisite.add", {"fields": fields}, write=True))
    for bank in around.bank_details.get(former, ()):
        inside: JsonObject = {**_kept(bank), "ENTITY_ID": f"$result[{key}]"}
        yield HangingWrite(
            f"b{bank.get('ID')}",
            "bank",
            "",
            Command("crm.requisite.bankdetail.add", {"fields": inside}, write=True),
            key,
        )
    for place in around.addresses.get(former, ()):
        inside = {
            **_kept(place, ADDRESS_LEFT_OUT),
            "ENTITY_TYPE_ID": REQUISITE,
            "ENTITY_ID": f"$result[{key}]",
        }
        name = f"d{former}_{place.get('TYPE_ID')}"
        yield HangingWrite(
            name, "address", "", Command("crm.address.add", {"fields": inside}, write=True), key
        )


def _kept(row: JsonObject, without: frozenset[str] = LEFT_OUT) -> dict[str, Json]:
    return {name: value for name, value in row.items() if name not in without and value not in (None, "", [])}


def moment_text(value: Json) -> str:
    """A moment as people read it."""
    try:
        return f"{datetime.fromisoformat(str(value)):%d.%m.%Y %H:%M}"
    except ValueError:
        return str(value or "")
