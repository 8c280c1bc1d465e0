"""Paid terms, the day to pay and the copy: what people wrote down, and how near it is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from b24app.terms.paid_terms import add_paid_term, find_paid_term, mark_pending
from b24app.terms.profile import change_profile
from b24app.terms.term import TermDraft
from bench.truth.shop import MARINA, Shop
from bench.truth.situation import situation

MOSCOW = ZoneInfo("Europe/Moscow")


def _today(shop: Shop) -> date:
    return shop.now.astimezone(MOSCOW).date()


def _in_days(shop: Shop, plan: int, marketplace: int) -> None:
    shop.set_term("plan", _today(shop) + timedelta(days=plan))
    shop.set_term("marketplace", _today(shop) + timedelta(days=marketplace))


def _go_to(shop: Shop, day: date) -> None:
    """Let time go by until ten o'clock of a day, and keep the copy fresh meanwhile."""
    shop.advance(
        seconds=(datetime(day.year, day.month, day.day, 10, tzinfo=MOSCOW) - shop.now).total_seconds()
    )
    shop.answer("ask_backup", value=day.isoformat())


def _bought(shop: Shop) -> None:
    """The administrator presses «Renewal is already bought» beside the plan."""
    with shop._inside():  # noqa: SLF001 - the shop has no verb for this button
        term = find_paid_term("plan")
        if term is not None:
            mark_pending(term.id, _today(shop), by=MARINA, at=shop.now)


def _add(shop: Shop, draft: TermDraft) -> None:
    with shop._inside():  # noqa: SLF001 - the shop has no verb for terms of other kinds
        add_paid_term(draft, by=MARINA, at=shop.now)


def _pays(shop: Shop, **how: object) -> None:
    with shop._inside():  # noqa: SLF001 - the shop has no verb for the way to pay
        change_profile(by=MARINA, at=shop.now, **how)


def _copy(shop: Shop, age: timedelta) -> None:
    shop.answer("ask_backup", value=(shop.now.astimezone(MOSCOW) - age).date().isoformat())


@situation("backup_is_fresh", "копия 8 суток")
def copy_of_eight_days(shop: Shop) -> None:
    """The newest copy is eight days old."""
    _copy(shop, timedelta(days=8))


@situation("backup_is_fresh", "копия ровно 7 дней 23 ч (>недели)")
def copy_of_nearly_eight_days(shop: Shop) -> None:
    """The newest copy is an hour short of eight days old."""
    _copy(shop, timedelta(days=7, hours=23))


@situation("backup_is_fresh", "дата копии в будущем (опечатка 2027)")
def copy_of_next_year(shop: Shop) -> None:
    """The year of the copy is mistyped."""
    _copy(shop, timedelta(days=-360))


@situation("backup_is_fresh", "копия сегодня")
def copy_of_today(shop: Shop) -> None:
    """The copy was made today."""
    _copy(shop, timedelta(0))


@situation("other_terms_alive", "Маркетплейс кончается через 20 дней, тариф — через 90 («раньше тарифа»)")
def subscription_ends_first(shop: Shop) -> None:
    """The subscription ends long before the plan."""
    _in_days(shop, 90, 20)


@situation("other_terms_alive", "Маркетплейс на день раньше тарифа, оба через 45/46")
def subscription_ends_a_day_earlier(shop: Shop) -> None:
    """The subscription ends one day before the plan."""
    _in_days(shop, 46, 45)


@situation("other_terms_alive", "Маркетплейс позже тарифа; тариф через 10 дней, Маркет через 12")
def subscription_ends_later(shop: Shop) -> None:
    """Both end soon, the subscription later than the plan, and the plan is bought again already."""
    _in_days(shop, 10, 12)
    _bought(shop)


@situation("other_terms_alive", "срок Маркетплейса неизвестен (не внесён)")
def subscription_is_not_known(shop: Shop) -> None:
    """Nobody knows when the subscription ends."""
    shop.set_term("marketplace", None)


@situation("plan_time_left", "конец 12.01.2027, сегодня 28.12 (15 дней): банк 3 раб. дня не успеет дойти")
def holidays_swallow_the_transfer(shop: Shop) -> None:
    """Fifteen days are left, and banks are closed for most of them."""
    _go_to(shop, date(2026, 12, 28))
    shop.set_term("plan", date(2027, 1, 12))


@situation("plan_time_left", "конец 14.05.2026… 16 дней до конца, 3 раб дня есть")
def sixteen_days_are_enough(shop: Shop) -> None:
    """Sixteen days are left, and banks are open."""
    shop.set_term("plan", _today(shop) + timedelta(days=16))


@situation("plan_time_left", "льготный период, 3-й день")
def third_day_of_grace(shop: Shop) -> None:
    """The plan ended three days ago."""
    shop.set_term("plan", _today(shop) - timedelta(days=3))


@situation(
    "plan_time_left", "конец 11.05.2027 в закрытый день, сегодня 30.04: счёт с согласованием не успеет"
)
def holidays_of_may(shop: Shop) -> None:
    """The holidays of May stand between today and the end."""
    _go_to(shop, date(2027, 4, 30))
    _in_days(shop, 11, 60)


@situation("plan_time_left", "банк в Казахстане: 16 декабря выходной, перевод не успеет")
def bank_of_kazakhstan(shop: Shop) -> None:
    """A day off that only Kazakhstan has."""
    _pays(shop, country="kz")
    _go_to(shop, date(2026, 12, 15))
    _in_days(shop, 3, 60)


@situation("plan_time_left", "продление куплено, срок прошёл, новую дату никто не вписал")
def bought_and_not_written_down(shop: Shop) -> None:
    """The renewal was bought, the old end has passed, and nobody wrote the new one down."""
    shop.set_term("plan", _today(shop) - timedelta(days=2))
    _bought(shop)


@situation("plan_time_left", "оплата картой: конец через 16 дней, согласования нет")
def card_pays_at_once(shop: Shop) -> None:
    """Who pays by card does not need days of a bank."""
    _pays(shop, method="card", approval_days=0)
    shop.set_term("plan", _today(shop) + timedelta(days=16))


@situation("plan_time_left", "продление куплено заранее, до конца 5 дней")
def bought_ahead(shop: Shop) -> None:
    """Five days are left, and the renewal is bought."""
    shop.set_term("plan", _today(shop) + timedelta(days=5))
    _bought(shop)


@situation("other_terms_alive", "лицензия сайта кончается за месяц до тарифа")
def licence_of_the_site_ends_first(shop: Shop) -> None:
    """The licence of the site ends a month before the plan."""
    _add(shop, TermDraft("site", date(2027, 1, 30), title="Сайт магазина"))


@situation("other_terms_alive", "приложение доставки на автопродлении, кончается раньше тарифа")
def application_renews_itself(shop: Shop) -> None:
    """An application that a card renews ends before the plan."""
    _add(shop, TermDraft("application", date(2027, 1, 30), title="Доставка", autopay=True))


@situation("other_terms_alive", "телефония оплачена помесячно, следующая оплата через 25 дней")
def telephony_is_paid_by_the_month(shop: Shop) -> None:
    """Telephony is paid by the month."""
    _add(
        shop, TermDraft("telephony", _today(shop) + timedelta(days=25), title="Номер 8-800", period_months=1)
    )


@situation("other_terms_alive", "подписка на Маркетплейс кончилась вчера, тариф оплачен")
def subscription_is_over(shop: Shop) -> None:
    """The subscription ended yesterday while the plan is paid."""
    shop.set_term("marketplace", _today(shop) - timedelta(days=1))


@situation("backup_is_fresh", "копия ровно неделю назад, по календарю 7 дней")
def copy_of_a_week(shop: Shop) -> None:
    """The copy was made this day last week."""
    _copy(shop, timedelta(days=7))


@situation("backup_is_fresh", "дата копии завтра: опечатка в дне")
def copy_of_tomorrow(shop: Shop) -> None:
    """The day of the copy is mistyped by one."""
    _copy(shop, timedelta(days=-1))


@situation("plan_end_confirmed", "дата тарифа записана восемь месяцев назад, с тех пор её никто не проверял")
def date_of_long_ago(shop: Shop) -> None:
    """Nobody has looked at the date for eight months."""
    shop.set_term("plan", date(2028, 3, 1))
    shop.set_term("marketplace", date(2028, 6, 1))
    _go_to(shop, date(2027, 8, 2))
