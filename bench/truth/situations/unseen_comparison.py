"""Changes that nobody had in mind when the comparison was written."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.crm import row_of
from bench.truth.situations.records import add_copies, delete_first
from bench.truth.situations.unseen_catalogue import move_abroad
from bench.truth.situations.unseen_crm import drop_smart_process
from bench.truth.situations.unseen_delivery import break_three
from bench.truth.situations.unseen_payments import LONG_NAME, add_like, change, runs


@situation("pay_system", "десять проверок неизменного магазина")
def ten_quiet_runs(shop: Shop) -> None:
    for _day in range(10):
        shop.advance(hours=20)
        shop.run("daily")


@situation("delivery", "выключили три вещи и вернули")
def three_things_came_back(shop: Shop) -> None:
    break_three(shop)
    shop.run()
    shop.portal.switch_on("pay_system", 2)
    shop.portal.switch_on("delivery", 3)
    shop.portal.switch_on("cashbox", "1")


@situation("stage", "у всех стадий и систем другой SORT, порядок прежний")
def all_is_renumbered(shop: Shop) -> None:
    for name, key, field in (
        ("status", "ID", "SORT"),
        ("paysystem", "ID", "SORT"),
        ("delivery", "ID", "SORT"),
        ("category", "id", "sort"),
        ("order_status", "id", "sort"),
    ):
        for row in shop.portal.tables[name].all():
            value = int(row[field]) * 3 + 1
            shop.portal.tables[name].update(row[key], **{field: type(row[field])(value)})


@situation("site", "методы сайтов во второй раз отказали")
def sites_are_refused(shop: Shop) -> None:
    for method in ("landing.site.getList", "landing.landing.getList"):
        shop.portal.refuse_next("ACCESS_DENIED", times=None, method=method)


@situation(
    "cash_register",
    "методы оплаты и касс во второй раз отказали",
    also=("pay_system", "pay_handler", "person_type"),
)
def payments_are_refused(shop: Shop) -> None:
    for method in (
        "sale.paysystem.list",
        "sale.cashbox.list",
        "sale.paysystem.handler.list",
        "sale.persontype.list",
    ):
        shop.portal.refuse_next("insufficient_scope", times=None, method=method)


@situation("process_template", "метод шаблонов во второй раз не найден")
def templates_are_not_found(shop: Shop) -> None:
    shop.portal.refuse_next("ERROR_METHOD_NOT_FOUND", times=None, method="bizproc.workflow.template.list")


@situation("currency", "портал Казахстана: сутки без перемен")
def quiet_kazakhstan(shop: Shop) -> None:
    move_abroad(shop, "kz_std", "KZT", 16, "Asia/Almaty")


@situation("pay_system", "система удалена и заведена снова с тем же именем")
def system_is_made_anew(shop: Shop) -> None:
    row = shop.portal.tables["paysystem"].get(3) or {}
    add_like(shop, 3, 30, NAME=row["NAME"], PSA_NAME=row["PSA_NAME"])
    shop.portal.remove("pay_system", 3)


@situation("pay_system", "две системы одного имени, одна выключена")
def one_of_two_systems_is_off(shop: Shop) -> None:
    for number in (2, 3):
        change(shop, number, NAME="Карта", PSA_NAME="Карта")
    shop.take_baseline()
    shop.portal.switch_off("pay_system", 3)


@situation("pay_system", "удалена система с разметкой в имени, десять проверок назад")
def odd_system_lost(shop: Shop) -> None:
    change(shop, 3, NAME=LONG_NAME, PSA_NAME=LONG_NAME)
    shop.take_baseline()
    shop.portal.remove("pay_system", 3)
    runs(shop)


@situation("delivery", "удалена служба без имени")
def nameless_service_lost(shop: Shop) -> None:
    shop.portal.tables["delivery"].update(3, NAME="")
    shop.take_baseline()
    shop.portal.remove("delivery", 3)


@situation("pipeline", "воронка удалена вместе со стадиями")
def pipeline_lost(shop: Shop) -> None:
    shop.portal.remove("pipeline", 2)


@situation("site", "магазин снят с публикации")
def site_off(shop: Shop) -> None:
    shop.portal.switch_off("site", "3")


@situation("store", "склад удалён")
def store_lost(shop: Shop) -> None:
    shop.portal.remove("store", 2)


@situation("smart_process", "смарт-процесс удалён со всеми полями и стадиями")
def smart_process_lost(shop: Shop) -> None:
    drop_smart_process(shop)


@situation("order_status", "удалён статус заказа, который завёл магазин")
def order_status_lost(shop: Shop) -> None:
    shop.portal.tables["order_status"].delete("P")


@situation("vat", "ставка НДС удалена")
def vat_lost(shop: Shop) -> None:
    shop.portal.tables["vat"].delete(2)


@situation("currency", "курс доллара в десять раз меньше")
def rate_altered(shop: Shop) -> None:
    shop.portal.tables["currency"].update("USD", AMOUNT="9.2500")


@situation("crm_total", "удалено 200 контактов, 250 новых, пять проверок назад")
def contacts_lost(shop: Shop) -> None:
    delete_first(shop, "contact", 200)
    add_copies(shop, "contact", 250)
    runs(shop, 5)


@situation("trade_platform", "источник заказов выключен")
def platform_off(shop: Shop) -> None:
    shop.portal.switch_off("trade_platform", 1)


@situation("person_type", "тип плательщика выключен")
def payer_off(shop: Shop) -> None:
    shop.portal.tables["person_type"].update(4, active="N")


@situation("stage", "удалены две стадии разных воронок")
def two_stages_lost(shop: Shop) -> None:
    shop.portal.remove("stage", "DEAL_STAGE:EXECUTING")
    shop.portal.remove("stage", "DEAL_STAGE_1:C1:EXECUTING")


@situation("stage", "две стадии обменялись именами")
def stages_swap_names(shop: Shop) -> None:
    first = row_of(shop, "status", ENTITY_ID="DEAL_STAGE", STATUS_ID="PREPARATION")
    second = row_of(shop, "status", ENTITY_ID="DEAL_STAGE", STATUS_ID="EXECUTING")
    shop.portal.tables["status"].update(first["ID"], NAME=second["NAME"])
    shop.portal.tables["status"].update(second["ID"], NAME=first["NAME"])


@situation("delivery", "профиль доставки перенесён под другую службу")
def profile_moves(shop: Shop) -> None:
    shop.portal.tables["delivery"].update(8, PARENT_ID=4)


@situation("pay_system", "обработчик системы сменён")
def handler_changed(shop: Shop) -> None:
    change(shop, 3, ACTION_FILE="roboxchange")


@situation("delivery", "добавлена служба доставки")
def service_added(shop: Shop) -> None:
    row = shop.portal.tables["delivery"].get(3) or {}
    shop.portal.tables["delivery"].add({**row, "ID": 50, "NAME": "Яндекс Доставка"})


@situation("price_type", "тип цены переименован")
def price_type_renamed(shop: Shop) -> None:
    shop.portal.tables["price_type"].update(2, name="Опт 2027", xmlId="OPT27")


@situation("mail_service", "почтовый сервис удалён")
def mail_service_lost(shop: Shop) -> None:
    shop.portal.tables["mail_service"].delete("2")


@situation("connector", "после активации на другой день нет канала")
def connector_lost_after_an_activation(shop: Shop) -> None:
    shop.portal.renew()
    shop.run("daily")
    shop.advance(days=1)
    shop.portal.tables["connector"].delete("vkgroup")
