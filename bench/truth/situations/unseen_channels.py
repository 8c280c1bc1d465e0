"""Situations of channels and telephony that nobody had in mind when the checks were written."""

from datetime import timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.records import delete_first
from bench.truth.situations.unseen_payments import LONG_NAME, runs


@situation("connectors_work", "ВКонтакте был в ошибке, его переподключили")
def channel_came_back(shop: Shop) -> None:
    shop.portal.tables["connector"].update("vkgroup", ERROR=True, ACTIVE=False)
    shop.run()
    shop.portal.tables["connector"].update("vkgroup", ERROR=False, ACTIVE=True)


@situation("connectors_work", "Telegram сломался, десять ночных проверок назад")
def channel_broken_for_ten_nights(shop: Shop) -> None:
    shop.portal.tables["connector"].update("telegrambot", ERROR=True)
    runs(shop)


@situation("open_lines_on", "две линии «Поддержка», одна выключена")
def one_of_two_lines_is_off(shop: Shop) -> None:
    for number in ("15", "16"):
        shop.portal.tables["openline"].update(number, LINE_NAME="Поддержка")
    shop.take_baseline()
    shop.portal.switch_off("open_line", "16")


@situation("open_lines_staffed", "очередь линии пуста ещё до первого снимка", without_baseline=True)
def queue_was_empty_before(shop: Shop) -> None:
    shop.portal.tables["openline"].update("15", QUEUE=[])
    runs(shop, 2)


@situation("open_lines_on", "открытых линий и каналов нет и не было")
def no_lines_ever(shop: Shop) -> None:
    delete_first(shop, "openline", 2)
    delete_first(shop, "connector", 4)
    shop.take_baseline()


@situation("open_lines_on", "названия линий пустые и с разметкой")
def names_of_lines_are_odd(shop: Shop) -> None:
    shop.portal.tables["openline"].update("15", LINE_NAME="")
    shop.portal.tables["openline"].update("16", LINE_NAME=LONG_NAME)
    shop.take_baseline()


@situation("phone_lines_present", "два номера с одним названием, один удалён")
def one_of_two_numbers_is_gone(shop: Shop) -> None:
    for number in ("sip7", "70000000001"):
        shop.portal.tables["phone_line"].update(number, LINE_NAME="Склад")
    shop.take_baseline()
    shop.portal.tables["phone_line"].delete("sip7")


@situation("phone_lines_present", "телефонии нет и не было")
def no_telephony_ever(shop: Shop) -> None:
    delete_first(shop, "phone_line", 3)
    delete_first(shop, "call", 480)
    shop.portal.extra["sip"] = {"FREE_MINUTES": 0, "PAID": False}
    shop.portal.extra["outgoing_line"] = ""
    shop.take_baseline()


@situation("phone_lines_present", "методы телефонии отказывают с первого дня")
def telephony_is_refused_ever(shop: Shop) -> None:
    for method in ("voximplant.line.get", "voximplant.sip.connector.status", "voximplant.statistic.get"):
        shop.portal.refuse_next("ACCESS_DENIED", times=None, method=method)
    shop.take_baseline()


@situation("sip_connector_paid", "срок SIP прошёл вчера, PAID ещё true")
def sip_ended_yesterday(shop: Shop) -> None:
    ended = (shop.now - timedelta(days=1)).strftime("%d.%m.%Y")
    shop.portal.extra["sip"] = {"FREE_MINUTES": 0, "PAID": True, "PAID_DATE_END": ended}


@situation("sip_connector_paid", "SIP не был оплачен, его продлили")
def sip_is_paid_again(shop: Shop) -> None:
    paid = dict(shop.portal.extra["sip"])
    shop.portal.extra["sip"] = {"FREE_MINUTES": 0, "PAID": False}
    shop.run()
    shop.portal.extra["sip"] = paid


@situation("calls_not_refused", "звонков за месяц не было")
def no_calls_for_a_month(shop: Shop) -> None:
    delete_first(shop, "call", 480)
    shop.take_baseline()


@situation("open_lines_staffed", "все операторы оптовой линии уволены в один день")
def the_whole_queue_left(shop: Shop) -> None:
    for number in (13, 15):
        person = shop.portal.user(number)
        if person:
            shop.portal.dismiss(person)
