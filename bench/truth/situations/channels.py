"""Open lines, connectors, telephony and mail."""

from datetime import timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation

TELEGRAM, VK = "telegrambot", "vkgroup"
UNPAID = {"FREE_MINUTES": 0, "PAID": False}


def _calls_end_with(shop: Shop, code: str, *numbers: int) -> None:
    """The calls of these places from the end get a code; 120 of the 480 fell into the last week."""
    table = shop.portal.tables["call"]
    for number in numbers:
        table.update(table.ids[-number], CALL_FAILED_CODE=code)


def _register_channels(shop: Shop, count: int) -> None:
    for number in range(count):
        row = {"ID": f"app{number}", "NAME": f"Канал {number}", "ACTIVE": False, "LINES": [], "ERROR": False}
        shop.portal.tables["connector"].add(row)


def _dismiss(shop: Shop, line: str, count: int) -> None:
    queue = (shop.portal.tables["openline"].get(line) or {"QUEUE": []})["QUEUE"]
    for user in shop.portal.users:
        if user.id in queue[:count]:
            shop.portal.dismiss(user)


@situation("calls_not_refused", "402 один раз неделю назад+")
def money_ran_out_before_the_week(shop: Shop) -> None:
    """One call of nine days ago."""
    _calls_end_with(shop, "402", 155)


@situation("calls_not_refused", "120 звонков за 7 дней; 402 — у шестидесятого с конца")
def money_ran_out_below_the_first_page(shop: Shop) -> None:
    """The sixtieth call from the end."""
    _calls_end_with(shop, "402", 60)


@situation("calls_not_refused", "404/486 пропущенные")
def buyers_were_busy(shop: Shop) -> None:
    """Wrong numbers and busy lines are everyday life."""
    _calls_end_with(shop, "404", 3, 30)
    _calls_end_with(shop, "486", 5, 60)


@situation("calls_not_refused", "номер заблокирован: 423 у ста десятого с конца")
def line_was_blocked(shop: Shop) -> None:
    """One blocked call at the beginning of the week."""
    _calls_end_with(shop, "423", 110)


@situation("calls_not_refused", "отклонённые 603, отменённые 603-S и недоступные 503")
def calls_were_declined(shop: Shop) -> None:
    """Declined and cancelled calls."""
    _calls_end_with(shop, "603", 2, 20)
    _calls_end_with(shop, "603-S", 4, 40)
    _calls_end_with(shop, "503", 6)


@situation("connectors_work", "Telegram удалён целиком (коннектор исчез из списка)")
def telegram_is_removed(shop: Shop) -> None:
    """The connector is not registered any more."""
    shop.portal.tables["connector"].delete(TELEGRAM)


@situation(
    "connectors_work",
    "Telegram в ошибке до первого снимка (STATUS false, ERROR true)",
    without_baseline=True,
)
def telegram_was_broken_before(shop: Shop) -> None:
    """Nobody has seen it work."""
    shop.portal.tables["connector"].update(TELEGRAM, ACTIVE=False, ERROR=True)


@situation("connectors_work", "30 зарегистрированных коннекторов, vkgroup сломан")
def one_of_thirty_is_broken(shop: Shop) -> None:
    """Twenty-six channels of other applications are registered, none of them connected."""
    _register_channels(shop, 26)
    shop.take_baseline()
    shop.portal.tables["connector"].update(VK, ACTIVE=False, ERROR=True)


@situation("connectors_work", "линия выключена вместе с каналом")
def line_goes_off_with_its_channel(shop: Shop) -> None:
    """The line in which the channels answer is switched off."""
    shop.portal.switch_off("open_line", "15")


@situation("connectors_work", "коннектор заменён другим приложением (telegrambot→myconnector)")
def telegram_of_another_application(shop: Shop) -> None:
    """Another application's channel in the same lines."""
    shop.portal.tables["connector"].delete(TELEGRAM)
    row = {"ID": "myconnector", "NAME": "Telegram от другого приложения", "ACTIVE": True, "LINES": [15, 16]}
    shop.portal.tables["connector"].add({**row, "ERROR": False})


@situation("connectors_work", "Telegram отвязали от одной из двух линий")
def telegram_leaves_a_line(shop: Shop) -> None:
    """It answers for wholesale only."""
    shop.portal.tables["connector"].update(TELEGRAM, LINES=[16])


@situation("connectors_work", "канал подключили после снимка, через день он сломался")
def channel_of_yesterday_breaks(shop: Shop) -> None:
    """A channel that the baseline did not know."""
    _register_channels(shop, 26)
    shop.take_baseline()
    shop.portal.tables["connector"].update("app20", ACTIVE=True, LINES=[16])
    shop.advance(days=1)
    shop.run()
    shop.advance(days=1)
    shop.portal.tables["connector"].update("app20", ACTIVE=False, ERROR=True)


@situation("connectors_work", "канал поставлен, но никто его не подключал: 26 новых коннекторов")
def many_channels_are_registered(shop: Shop) -> None:
    """An application registers its channels."""
    _register_channels(shop, 26)


@situation("open_lines_on", "линия удалена")
def line_is_deleted(shop: Shop) -> None:
    """A line is gone."""
    shop.portal.remove("open_line", "15")


@situation("open_lines_on", "линия переименована")
def line_is_renamed(shop: Shop) -> None:
    """A line gets another name."""
    shop.portal.tables["openline"].update("16", LINE_NAME="Опт и розница")


@situation("open_lines_staffed", "в очереди только уволенные")
def nobody_of_the_queue_is_left(shop: Shop) -> None:
    """Everybody in the queue was dismissed, and stands in it still."""
    _dismiss(shop, "16", 9)


@situation("open_lines_staffed", "один из трёх операторов уволен")
def one_of_the_queue_left(shop: Shop) -> None:
    """The others answer."""
    _dismiss(shop, "15", 1)


@situation("phone_lines_present", "номер удалён, добавлен другой")
def number_is_replaced(shop: Shop) -> None:
    """Buyers know the old number."""
    shop.portal.tables["phone_line"].delete("70000000001")
    shop.portal.tables["phone_line"].add({"LINE_ID": "70000000002", "LINE_NAME": "Новый общий номер"})


@situation("phone_lines_present", "добавлен второй арендованный номер")
def number_is_added(shop: Shop) -> None:
    """A second number is rented."""
    shop.portal.tables["phone_line"].add({"LINE_ID": "70000000003", "LINE_NAME": "Для рекламы"})


@situation("sip_connector_paid", "срок SIP вышел: PAID=N, даты нет (как в документации)")
def sip_has_ended(shop: Shop) -> None:
    """The portal says no date of what is not paid."""
    shop.portal.extra["sip"] = dict(UNPAID)


@situation("sip_connector_paid", "SIP никогда не оплачивали", without_baseline=True)
def sip_was_never_paid(shop: Shop) -> None:
    """Neither before the first snapshot nor after it."""
    shop.portal.extra["sip"] = dict(UNPAID)
    shop.take_baseline()


@situation("sip_connector_paid", "SIP кончается через 10 дней")
def sip_ends_soon(shop: Shop) -> None:
    """The date of the portal comes near."""
    ends = (shop.now + timedelta(days=10)).strftime("%d.%m.%Y")
    shop.portal.extra["sip"] = {"FREE_MINUTES": 0, "PAID": True, "PAID_DATE_END": ends}


@situation(
    "sip_connector_paid", "бесплатные минуты SIP кончились, платить не начинали", without_baseline=True
)
def free_minutes_are_used_up(shop: Shop) -> None:
    """The trial is over, office lines stop."""
    shop.portal.extra["sip"] = {"FREE_MINUTES": 60, "PAID": False}
    shop.take_baseline()
    shop.portal.extra["sip"] = dict(UNPAID)


@situation("phone_lines_present", "номер по умолчанию для исходящих сброшен")
def outgoing_line_is_unset(shop: Shop) -> None:
    """Managers call from no line at all."""
    shop.portal.extra["outgoing_line"] = ""


@situation("mail_services_active", "почтовых сервисов никогда не было", without_baseline=True)
def no_mail_service_ever(shop: Shop) -> None:
    """The shop writes from a mailbox of its own elsewhere."""
    for row_id in list(shop.portal.tables["mail_service"].ids):
        shop.portal.tables["mail_service"].delete(row_id)
    shop.take_baseline()
