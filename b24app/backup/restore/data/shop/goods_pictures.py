"""Pictures of goods in a copy: how many of them will be sent, for the preview, and their bytes, product by product."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from b24app.backup.restore.data.copied_files import FileParts, read_files
from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.shop.goods_fields import count_pictures
from b24app.backup.restore.data.shop.present_settings import GoodsNow
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.json_values import JsonObject, is_array, is_object
from b24app.portals.client_factory import pace
from b24app.text.messages import N_, NOTHING, Sentence, sentence

MOST_OF_ONE = 6 * 1024 * 1024
MOST_OF_PRODUCT = 24 * 1024 * 1024
TYPES = ("DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO")
"""Types of pictures (catalog-product-image-add.md); a picture of another type is added as a further one."""
LOOKS_FOR = 40.0
"""How long a preview reads the packs of pictures, which are large; what it has not read by then is given as a bound."""
TITLE = N_("Pictures of these goods")
COMING = N_("They come back with the goods: %(count)s.")
AT_MOST = N_("They come back with the goods: at most %(count)s, there are too many to look at each now.")
LEFT = N_("Too large, or not in the copy, so they do not come back: %(count)s.")
LACKING = N_("The copy does not hold them, so they do not come back: %(count)s.")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a product; without bytes when it is too large to restore, or the copy does not hold them."""

    name: str
    type: str
    body: bytes = b""


def pictures_entity(kind: ShopType) -> str:
    """The entity of the copy that holds the pictures of a kind; a copy without files has none."""
    return f"{kind.entity}.pictures"


def tell_pictures(
    items: CopiedItems, groups: Mapping[ShopType, Mapping[str, JsonObject]], now: GoodsNow
) -> Sentence:
    """How many pictures are restored with the goods that are created, and how many are not; empty where they have none."""
    sent = unseen = left = lacking = 0
    until = pace().steady() + LOOKS_FOR
    for kind, rows in groups.items():
        named = {number: count_pictures(row, now) for number, row in rows.items()} if kind.is_goods else {}
        wanted = {number: count for number, count in named.items() if count}
        if not wanted or not items.has(pictures_entity(kind)):
            lacking += sum(wanted.values())
            continue
        seen, whole = _measure(items, kind, wanted, until)
        sent += sum(coming for coming, _ in seen.values())
        left += sum(staying for _, staying in seen.values())
        others = sum(count for number, count in wanted.items() if number not in seen)
        left, unseen = (left + others, unseen) if whole else (left, unseen + others)
    said = (AT_MOST if unseen else COMING, sent + unseen), (LEFT, left), (LACKING, lacking)
    told = [sentence(message, count=count) for message, count in said if count]
    return reduce(_joined, told) if told else NOTHING


def _joined(first: Sentence, second: Sentence) -> Sentence:
    return sentence("%(coming)s %(lacking)s", coming=first, lacking=second)


def _measure(
    items: CopiedItems, kind: ShopType, goods: Collection[str], until: float
) -> tuple[Mapping[str, tuple[int, int]], bool]:
    """How many pictures of each product are sent and how many are not, by its last line; whether there was time for all.

    Products of which the copy holds no picture are not among them.
    """
    found: dict[str, tuple[int, int]] = {}
    for number, row, held in read_files(items, pictures_entity(kind), goods, 0):
        found.pop(number, None)
        if pictures := _pictures_of(row):
            sent = sum(_is_sent(one, held) for one in pictures)
            found[number] = sent, len(pictures) - sent
        if pace().steady() >= until:
            return found, False
    return found, True


def read_pictures(
    items: CopiedItems, kind: ShopType, goods: Collection[str]
) -> Iterator[tuple[str, tuple[Picture, ...]]]:
    """The pictures of these goods, older lines first: the last line of a product counts."""
    for number, row, held in read_files(items, pictures_entity(kind), goods, MOST_OF_PRODUCT):
        yield number, tuple(_picture(one, held) for one in _pictures_of(row))


def _pictures_of(row: JsonObject | None) -> list[JsonObject]:
    rows = row.get("rows") if row is not None else None
    return [one for one in rows if is_object(one)] if is_array(rows) else []


def _picture(row: JsonObject, held: FileParts) -> Picture:
    number, kind = str(row.get("id") or ""), str(row.get("type") or "")
    return Picture(
        str(row.get("name") or "") or f"picture-{number}",
        kind if kind in TYPES else TYPES[-1],
        held.body(number) if _is_sent(row, held) else b"",
    )


def _is_sent(row: JsonObject, held: FileParts) -> bool:
    """Whether the copy holds the bytes of a picture, and neither it nor all of its product are too large."""
    size = held.sizes.get(str(row.get("id") or ""), 0)
    return 0 < size <= MOST_OF_ONE and held.size <= MOST_OF_PRODUCT
