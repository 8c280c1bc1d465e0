"""Notes on all rows of a preview, shown before the press: their limits, their pictures, stock that is entered by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.shop.goods_pictures import TITLE as PICTURES_TITLE
from b24app.backup.restore.data.shop.goods_pictures import tell_pictures
from b24app.backup.restore.data.shop.present_settings import GoodsNow
from b24app.backup.restore.data.shop.row_losses import limits_of
from b24app.backup.restore.data.shop.row_operation import cannot, operation
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.backup.restore.data.shop.stock_left import stock_steps
from b24app.backup.restore.plan import Action, Operation
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient
from b24app.text.messages import N_

STOCK_TITLE = N_("Stock to be entered by documents of the stores")
Groups = Mapping[ShopType, Mapping[str, JsonObject]]


def limits(kind: ShopType) -> Iterator[Operation]:
    """What is not restored as it was for any row of a kind; no object is counted."""
    for place, (name, why) in enumerate(limits_of(kind.base)):
        yield replace(cannot(kind, f"limit{place}", "", why), title=name, objects=0)


def goods_limits(
    kind: ShopType, groups: Groups, items: CopiedItems, client: RestClient, now: GoodsNow
) -> Iterator[Operation]:
    """How many pictures are restored with these goods, and the stock, which is not."""
    if told := tell_pictures(items, groups, now):
        pictures = operation(kind, "pictures", "", Action.CANNOT, told)
        yield replace(pictures, title=PICTURES_TITLE, objects=0)
    goods = {
        number: each.name_of(row)
        for each, inside in groups.items()
        if each.is_goods
        for number, row in inside.items()
    }
    steps = stock_steps(items, goods, client) if now.stock_kept else ()
    if steps:
        left = operation(kind, "stock", "", Action.CANNOT)
        yield replace(left, title=STOCK_TITLE, objects=0, steps=steps)
