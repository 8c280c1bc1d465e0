"""Our own parts, other applications, and whether the portal answers at all."""

from dataclasses import replace
from datetime import timedelta

from b24app.checklist.engine.outside_checks import Seen
from b24app.checklist.questions.answers import RegisterDraft
from b24app.guard import PlaceRefused
from bench.truth.shop import Shop
from bench.truth.situation import situation

ONE_C = "1c.lavka.example"


WEBHOOK = RegisterDraft(kind="incoming_webhook", name="Остатки из 1С")
EXCHANGE = RegisterDraft(kind="application", name="Обмен с 1С", host=ONE_C)


@situation("portal_answers", "подписка на Маркетплейс кончилась")
def subscription_has_ended(shop: Shop) -> None:
    """The plan is paid all the same."""
    shop.portal.end_marketplace()


@situation("portal_answers", "бесплатный тариф")
def plan_has_lapsed(shop: Shop) -> None:
    """The plan ended and the portal fell to the free one."""
    shop.portal.lapse_to_free()
    shop.set_term("plan", (shop.now - timedelta(days=16)).date())


@situation("portal_answers", "сканер")
def scanner_locks(shop: Shop) -> None:
    """The compatibility scanner locks the portal."""
    text = "Portal is blocked by the license scanner."
    shop.portal.refuse_next("PORTAL_BLOCKED_BY_LICENSE_SCANNER", times=None, description=text, status=403)


@situation("portal_answers", "Битрикс24 вручную заблокировал запросы приложения (OVERLOAD_LIMIT)")
def requests_are_blocked(shop: Shop) -> None:
    """The vendor's block of one application."""
    shop.portal.refuse_next("OVERLOAD_LIMIT", times=None)


@situation("own_version_current", "v старее")
def version_is_older(shop: Shop) -> None:
    """Nobody has pressed “update” yet."""
    for installation in shop.portal.installations.values():
        installation.version = 0


@situation("register_is_kept", "вебхук в реестре просрочен")
def webhook_has_expired(shop: Shop) -> None:
    """Its last day was a week ago."""
    shop.register(replace(WEBHOOK, expires_on=(shop.now - timedelta(days=7)).date()))


@situation("register_is_kept", "вебхук кончается завтра")
def webhook_ends_tomorrow(shop: Shop) -> None:
    """It works today."""
    shop.register(replace(WEBHOOK, expires_on=(shop.now + timedelta(days=1)).date()))


@situation("register_is_kept", "владелец вебхука уволен")
def owner_is_dismissed(shop: Shop) -> None:
    """His webhooks end with him."""
    owner = shop.portal.employee
    shop.register(replace(WEBHOOK, owner_id=owner.id))
    shop.take_baseline()
    shop.portal.dismiss(owner)


@situation("register_is_kept", "сервер обмена из реестра не отвечает")
def server_of_the_exchange_is_dead(shop: Shop) -> None:
    """The address that was written down answers no more."""
    shop.register(EXCHANGE)
    shop.take_baseline()
    shop.page(ONE_C, TimeoutError())


@situation("register_is_kept", "сервер обмена стоит в офисной сети, снаружи его не видно")
def server_of_the_office(shop: Shop) -> None:
    """It answers where it is used."""
    shop.page(ONE_C, PlaceRefused("address"))
    shop.register(EXCHANGE)


@situation("handler_hosts_answer", "у сервера обработчика оплаты через 5 дней кончается сертификат")
def certificate_of_a_handler_ends(shop: Shop) -> None:
    """The page works today."""
    shop.page("splitpay.example", Seen(shop.now + timedelta(days=5)))


@situation("handler_hosts_answer", "сервер обработчика оплаты не отвечает")
def server_of_a_handler_is_gone(shop: Shop) -> None:
    """Paying by parts fails at the checkout."""
    shop.page("splitpay.example", ConnectionRefusedError())


@situation("register_is_kept", "вебхук действует ещё полгода, владелец работает")
def webhook_is_well(shop: Shop) -> None:
    """Written down as it should be."""
    ends = (shop.now + timedelta(days=180)).date()
    shop.register(replace(WEBHOOK, owner_id=shop.portal.employee.id, expires_on=ends))


@situation("seen_by_administrator", "админ лишён прав")
def administrator_loses_his_rights(shop: Shop) -> None:
    """The person who installed the application is an employee now."""
    shop.portal.admin.admin = False


@situation("seen_by_administrator", "администратор сменил фамилию")
def administrator_is_renamed(shop: Shop) -> None:
    """The same person."""
    shop.portal.admin.last_name = "Новикова"


@situation("portal_offers_same", "понизили тариф")
def plan_is_lowered(shop: Shop) -> None:
    """A smaller plan has fewer modules, and with them go their events and places."""
    shop.portal.renew("ru_basic")
    for installation in shop.portal.installations.values():
        shop.portal.withhold_scope(installation.card, "imopenlines")
    shop.advance(hours=2)


@situation("clocks_agree", "часы +10 минут")
def clock_is_ten_minutes_fast(shop: Shop) -> None:
    """Nothing is counted by minutes."""
    shop.portal.extra["clock_ahead"] = timedelta(minutes=10)


@situation("clocks_agree", "часы сервера отстают на два часа")
def clock_is_two_hours_slow(shop: Shop) -> None:
    """Orders of the evening fall into the day before."""
    shop.portal.extra["clock_ahead"] = timedelta(hours=-2)


@situation("pay_system_for_orders", "портал с CRM, магазина нет и не было", without_baseline=True)
def crm_without_a_shop(shop: Shop) -> None:
    """Deals, no orders: the usual cash system and pickup stand there unused and switched off."""
    tables = shop.portal.tables
    for name in ("order", "payment", "shipment", "trade_binding", "cashbox", "trade_platform"):
        for row_id in list(tables[name].ids):
            tables[name].delete(row_id)
    for kind, name in (("pay_system", "paysystem"), ("delivery", "delivery")):
        for row_id in list(tables[name].ids):
            shop.portal.switch_off(kind, row_id)
    for row in tables["site"].all():
        if row["TYPE"] != "PAGE":
            shop.portal.remove("site", row["ID"])
    shop.take_baseline()
