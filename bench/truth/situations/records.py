"""Records of CRM, orders and the company disk."""

from bench.truth.shop import Shop
from bench.truth.situation import situation


def delete_first(shop: Shop, table: str, count: int) -> None:
    """The oldest records of a kind are deleted."""
    for row_id in list(shop.portal.tables[table].ids)[:count]:
        shop.portal.tables[table].delete(row_id)


def add_copies(shop: Shop, table: str, count: int) -> None:
    """New records come."""
    rows = shop.portal.tables[table]
    sample, newest = rows.get(rows.ids[-1]) or {}, rows.ids[-1]
    for number in range(1, count + 1):
        rows.add({**sample, "id": newest + number, "createdTime": shop.now.isoformat()})


@situation("records_kept", "удалено 0,9% сделок (18 из 2100) при уборке")
def few_deals_are_deleted(shop: Shop) -> None:
    """Somebody tidied deals."""
    delete_first(shop, "deal", 18)


@situation("records_kept", "удалено 300 старых сделок, за время пришло 320 новых")
def new_deals_hide_lost_ones(shop: Shop) -> None:
    """The total grows although 300 deals are gone."""
    delete_first(shop, "deal", 300)
    add_copies(shop, "deal", 320)


@situation("records_kept", "удалили 3 дубля компаний из 180 (1,7%) — обычная чистка")
def doubles_are_deleted(shop: Shop) -> None:
    """Three companies were merged."""
    delete_first(shop, "company", 3)


@situation("disk_visible", "общий диск закрыт правами: виден только личный")
def common_disk_is_closed(shop: Shop) -> None:
    """Only disks of people are shown."""
    table = shop.portal.tables["storage"]
    for row in table.all():
        if row["ENTITY_TYPE"] == "common":
            table.delete(row["ID"])


@situation("disk_visible", "удалён диск группы, переименован общий")
def group_disk_is_deleted(shop: Shop) -> None:
    """A group was closed with its disk, and the common one got another name."""
    table = shop.portal.tables["storage"]
    row = table.get("3") or {}
    table.add({**row, "ID": "900", "NAME": "Проект «Каталог»", "ENTITY_TYPE": "group", "ENTITY_ID": "7"})
    shop.take_baseline()
    table.delete("900")
    table.update("3", NAME="Диск компании")


@situation("records_kept", "удалены 20 закупок смарт-процесса, заведены 20 новых")
def purchases_are_deleted(shop: Shop) -> None:
    """Elements of the smart process are gone."""
    delete_first(shop, "purchase", 20)
    add_copies(shop, "purchase", 20)


@situation("records_kept", "удалены заказы прошлого года, новые идут")
def old_orders_are_deleted(shop: Shop) -> None:
    """Old orders vanish while new ones come."""
    delete_first(shop, "order", 200)
    shop.advance(days=2)


@situation("records_kept", "за неделю пришли новые заказы, сделки и лиды")
def a_week_of_trade(shop: Shop) -> None:
    """Nothing but trade."""
    shop.advance(days=7)


@situation("disk_visible", "общий диск не виден с самого начала", without_baseline=True)
def common_disk_was_never_seen(shop: Shop) -> None:
    """The application's user may not see the company disk."""
    common_disk_is_closed(shop)
