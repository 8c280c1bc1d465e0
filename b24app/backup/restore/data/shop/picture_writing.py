"""Adds the pictures of goods that were created; a repeat after a kill adds only those that are missing.

One product is in memory at a time, and each picture is a request of its own: the portal names no size, its servers take
two gigabytes in a request (files/how-to-upload-files.md), a worker of ours holds less.
"""

import base64
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.copied_files import count_lines
from b24app.backup.restore.data.file_fields import CALL_SECONDS
from b24app.backup.restore.data.shop.goods_fields import count_pictures
from b24app.backup.restore.data.shop.goods_pictures import Picture, pictures_entity, read_pictures
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.backup.restore.data.shop.price_writing import note_refusal
from b24app.backup.restore.data.shop.row_search import few_rows
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.errors import PortalError
from b24app.json_values import JsonObject
from b24app.portals.client_factory import pace
from b24app.rest_client import RestClient
from b24app.text.messages import N_

MOST_SECONDS = 45.0
"""How long one batch writes pictures: its job has a deadline, and the rest is written in the next step."""
PICTURES_REFUSED = N_("It is back, but the portal did not take all of its pictures. These are its own words.")
PICTURES_LEFT = N_(
    "It is back without some of its pictures: they are too large, or the copy does not hold them. Take them out of the copy by hand."
)


@dataclass(slots=True)
class WrittenPictures:
    """The outcome for the pictures of some goods, by former number: why some were not written, and whose are still to be written."""

    troubles: dict[str, tuple[str, str]] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)


def put_pictures(
    kind: ShopType,
    made: Mapping[str, str],
    again: Collection[str],
    prefetched: PrefetchedRows,
    client: RestClient,
) -> WrittenPictures:
    """Add the pictures of these goods, by former and new number; for goods made before a kill existing pictures are looked up."""
    written, items = WrittenPictures(), prefetched.items
    now = prefetched.goods_now(client)
    mine = [number for number in made if count_pictures(prefetched.rows[number], now)]
    if not mine or not items.has(pictures_entity(kind)):
        return written
    steady, begun = pace().steady, False
    until = steady() + MOST_SECONDS
    lines = count_lines(items, pictures_entity(kind), mine)
    written.troubles |= {number: (PICTURES_LEFT, "") for number in mine if number not in lines}
    for number, pictures in read_pictures(items, kind, mine):
        lines[number] -= 1
        if lines[number]:
            continue
        if begun and steady() >= until:
            written.unfinished.add(number)
            continue
        begun = True
        there = _pictures_there(client, made[number]) if number in again else Counter[tuple[str, str]]()
        if trouble := _add_pictures(client, made[number], pictures, there):
            written.troubles[number] = trouble
    return written


def _pictures_there(client: RestClient, product: str) -> Counter[tuple[str, str]]:
    """The pictures that a product has already, by type and name."""
    with client.within(CALL_SECONDS):
        rows = few_rows(client, "catalog.productImage.list", {"productId": int(product)})
    return Counter((str(row.get("type")), str(row.get("name"))) for row in rows)


def _add_pictures(
    client: RestClient, product: str, pictures: Sequence[Picture], there: Counter[tuple[str, str]]
) -> tuple[str, str] | None:
    """Add the missing pictures; returns why some of them were not added."""
    refused: dict[str, str] = {}
    for one in pictures:
        if there[one.type, one.name]:
            there[one.type, one.name] -= 1
        elif one.body:
            _add(client, product, one, refused)
    if refused:
        return PICTURES_REFUSED, refused[product]
    return (PICTURES_LEFT, "") if not pictures or not all(one.body for one in pictures) else None


def _add(client: RestClient, product: str, picture: Picture, refused: dict[str, str]) -> None:
    params: JsonObject = {
        "fields": {"productId": int(product), "type": picture.type},
        "fileContent": [picture.name, base64.b64encode(picture.body).decode("ascii")],
    }
    try:
        with client.within(CALL_SECONDS):
            client.call("catalog.productImage.add", params, write=True)
    except PortalError as no:
        note_refusal(refused, product, no)
