"""Universal lists: the lists themselves with their fields and sections, and the elements of each. Pure."""

from collections.abc import Iterator

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier, UniversalList
from b24app.json_values import JsonObject
from b24app.text.messages import N_

SCOPE = "lists"
FILES_STAY = N_(
    "Files in the fields “File” of a list stay in the portal: Bitrix24 names an address that opens for people alone. Those in the fields “File (Disk)” are copied with the files."
)
SHARED, PROCESSES, OF_GROUP = "lists", "bitrix_processes", "lists_socnet"
"""Types of lists (lists-get.md): common ones, those of processes, those of workgroups."""


def entities(shape: PortalShape) -> Iterator[Entity]:
    """Lists before what belongs to them."""
    yield from _lists("list", {"IBLOCK_TYPE_ID": SHARED})
    yield from _lists("list_process", {"IBLOCK_TYPE_ID": PROCESSES})
    for group in sorted({one.group for one in shape.lists.values() if one.group}):
        yield from _lists(f"list_group_{group}", {"IBLOCK_TYPE_ID": OF_GROUP, "SOCNET_GROUP_ID": group})
    for number, one in sorted(shape.lists.items()):
        yield _elements(number, one)


def _lists(code: str, params: JsonObject) -> Iterator[Entity]:
    yield Entity(
        code, N_("Universal lists"), Tier.DATA, "lists.get", SCOPE, params, id="ID", one_by="IBLOCK_ID", back=Back.NONE
    )  # fmt: skip
    of_type = {"IBLOCK_TYPE_ID": str(params["IBLOCK_TYPE_ID"]), "IBLOCK_ID": "{id}"}
    for part, title, method in (
        ("fields", N_("Fields of universal lists"), "lists.field.get"),
        ("sections", N_("Sections of universal lists"), "lists.section.get"),
    ):
        yield Entity(
            f"{code}.{part}", title, Tier.DATA, method, SCOPE, id="ID", per_item=PerItem(code, of_type, filtered=False),
            back=Back.NONE,
        )  # fmt: skip


def _elements(number: int, one: UniversalList) -> Entity:
    """No documented filter takes the id of an element, and none the time of its change: a list is read whole."""
    return Entity(
        f"list_{number}",
        N_("Elements of a universal list"),
        Tier.DATA,
        "lists.element.get",
        SCOPE,
        {"IBLOCK_TYPE_ID": one.type, "IBLOCK_ID": number},
        id="ID",
        one_by="ELEMENT_ID",
        back=Back.NONE,
        note=FILES_STAY,
        name=one.name,
    )
