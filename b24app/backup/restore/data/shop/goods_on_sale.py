"""Which goods may be in a basket: those that exist and are active, by their own number or that of what was put back."""

from collections.abc import Collection, Mapping

from b24app.backup.restore.data.item_look import PAGE, EarlierItems, rows_of
from b24app.backup.restore.data.shop.row_search import Catalogues, list_commands
from b24app.backup.restore.data.shop.row_types import FAMILIES, ShopType, shop_type
from b24app.json_values import Json
from b24app.rest_client import Command, RestClient


def goods_on_sale(
    client: RestClient, catalogues: Catalogues, former: Collection[str], earlier: EarlierItems
) -> Mapping[str, str]:
    """Present numbers by former ones; an inactive product is refused by a basket (sale-basket-item-add.md)."""
    wanted = {number for number in former if number and number != "0"}
    made: dict[str, list[str]] = {}
    for (entity, number), new in earlier.items():
        kind = shop_type(entity)
        if number in wanted and kind is not None and kind.is_goods:
            made.setdefault(number, []).extend(new)
    numbers: list[Json] = [*sorted({*map(int, wanted), *(int(one) for new in made.values() for one in new)})]
    commands: list[Command] = []
    for base in FAMILIES:
        kind = ShopType(base, base)
        if kind.is_goods and base != "sku":
            for start in range(0, len(numbers), PAGE):
                commands += list_commands(kind, catalogues, "id", numbers[start : start + PAGE])
    answers = client.batch({f"g{place}": one for place, one in enumerate(commands)}) if commands else {}
    on_sale = {
        str(row.get("id")) for one in answers.values() for row in rows_of(one) if row.get("active") != "N"
    }
    found = {number: number for number in wanted & on_sale}
    return found | {
        number: next(one for one in new if one in on_sale)
        for number, new in made.items()
        if number not in found and not on_sale.isdisjoint(new)
    }
