"""The stock of goods from the copy, for a person who enters it by documents of the stores."""

from collections.abc import Mapping

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.shop.goods_fields import amount
from b24app.backup.restore.data.shop.row_types import number_of
from b24app.rest_client import RestClient
from b24app.text.messages import N_, Sentence, sentence

STEP = N_("“%(name)s”: %(amount)s in the store “%(store)s”.")
MORE = N_("The other amounts come out of the copy with the program that lies beside it: %(count)s products.")
MOST_STEPS = 200


def stock_steps(items: CopiedItems, goods: Mapping[str, str], client: RestClient) -> tuple[Sentence, ...]:
    """How much of each product was in which store; `goods` holds names by number. Empty where the copy has no stock."""
    rows = items.of_owners("stock", lambda row: number_of(row.get("productId")), goods)
    stores = {str(row.get("id")): str(row.get("title") or "") for row in client.rows("catalog.store.list")}
    found = [
        sentence(STEP, name=goods[number], amount=f"{amount(one.get('amount')):g}", store=stores.get(store) or f"№ {store}")
        for number, inside in rows.items()
        for one in inside
        if amount(one.get("amount")) and (store := str(one.get("storeId")))
    ]  # fmt: skip
    if len(found) > MOST_STEPS:
        return (*found[:MOST_STEPS], sentence(MORE, count=len(found) - MOST_STEPS))
    return tuple(found)
