"""The plan against the shop: seats, orders, disk, what the plan gives, which plan it is."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from sandbox.user import User

FIRST_HIRED = 90_001


def hire(shop: Shop, count: int) -> None:
    """More employees, each seen today."""
    portal = shop.portal
    pattern = next(user for user in portal.users if user.active and user.user_type == "employee")
    for number in range(FIRST_HIRED, FIRST_HIRED + count):
        person = deepcopy(pattern)
        person.id = number
        person.fields["LAST_ACTIVITY_DATE"] = shop.now.strftime("%Y-%m-%d %H:%M:%S")
        portal.users.append(person)


def workers(shop: Shop) -> Iterator[User]:
    """Active employees beside the administrator and the integrator."""
    leading = {shop.portal.admin.id, shop.portal.integrator.id}
    return (
        user
        for user in shop.portal.users
        if user.active and user.user_type == "employee" and user.id not in leading
    )


def staff(shop: Shop) -> int:
    """How many employees the portal counts."""
    return sum(1 for _ in workers(shop)) + 1


def correct(shop: Shop, subject: str, code: str, value: str) -> None:
    """The administrator corrects a fact on the page of the plan."""
    form = {"subject": subject, "code": code, "value": value, "reason": "договор"}
    answer = shop.actor.opens().post("/money/plan/correct", **form)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)


def measure_disk(shop: Shop, gigabytes: str) -> None:
    """The administrator writes down what «Мой тариф» shows."""
    answer = shop.actor.opens().post("/money/plan/measure", code="disk_gb", value=gigabytes)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)


@situation("users_fit_plan", "51 сотрудник на 50 мест")
def one_more_than_seats(shop: Shop) -> None:
    """The fifty-first employee comes."""
    hire(shop, 51 - staff(shop))


@situation("users_fit_plan", "44 из 50")
def seats_are_left(shop: Shop) -> None:
    """One more employee, six seats left."""
    hire(shop, 44 - staff(shop))


@situation("orders_fit_plan", "в самом людном месяце 708 при совете «до 500»")
def outgrown(shop: Shop) -> None:
    """The size of shop that the plan is for was written down as 500."""
    correct(shop, "std", "orders_to", "500")


@situation("plan_abilities_same", "feature Y→N: понижение тарифа до Базового")
def smaller_plan(shop: Shop) -> None:
    """The renewal was bought for a smaller plan."""
    shop.portal.renew("ru_basic")


@situation("users_fit_plan", "106 сотрудников на 100 мест: на первой странице списка только 50")
def more_than_a_page(shop: Shop) -> None:
    """A Professional plan is outgrown; the list shows fifty of the people."""
    shop.portal.renew("ru_pro100")
    shop.take_baseline()
    hire(shop, 106 - staff(shop))


@situation("users_fit_plan", "47 из 50: мест почти не осталось")
def nearly_full(shop: Shop) -> None:
    """Three seats are left."""
    hire(shop, 47 - staff(shop))


@situation("users_fit_plan", "120 сотрудников на тарифе на 250 мест")
def many_on_a_large_plan(shop: Shop) -> None:
    """A large shop on Enterprise hires."""
    shop.portal.renew("ru_ent250")
    shop.take_baseline()
    hire(shop, 120 - staff(shop))


@situation("users_fit_plan", "уволены пятеро: работающих стало меньше")
def five_leave(shop: Shop) -> None:
    """Dismissed people free their seats; none of them held anything."""
    hire(shop, 5)
    shop.take_baseline()
    for person in list(workers(shop))[-5:]:
        person.active = False


@situation("seats_in_use", "трое из 46 не заходили больше двух месяцев")
def three_are_away(shop: Shop) -> None:
    """The list hides when people were last seen; its filter counts them."""
    long_ago = shop.now - timedelta(days=75)
    hire(shop, 3)
    shop.take_baseline()
    for person in list(workers(shop))[-3:]:
        person.fields["LAST_ACTIVITY_DATE"] = long_ago.strftime("%Y-%m-%d %H:%M:%S")


@situation("seats_in_use", "сотрудник в отпуске 40 дней")
def one_is_on_leave(shop: Shop) -> None:
    """Forty days are no dismissal."""
    person = list(workers(shop))[-1]
    person.fields["LAST_ACTIVITY_DATE"] = (shop.now - timedelta(days=40)).strftime("%Y-%m-%d %H:%M:%S")


@situation("orders_fit_plan", "в самом людном месяце заказов меньше, чем записал администратор")
def orders_fit(shop: Shop) -> None:
    """The administrator wrote down a size that still holds."""
    correct(shop, "std", "orders_to", "900")


@situation("disk_fits_plan", "в «Моём тарифе» 92 ГБ из 100")
def disk_nearly_full(shop: Shop) -> None:
    """More than 85 per cent of the disk."""
    measure_disk(shop, "92")


@situation("disk_fits_plan", "в «Моём тарифе» 61 ГБ из 100")
def disk_fits(shop: Shop) -> None:
    """Enough room."""
    measure_disk(shop, "61")


@situation("plan_is_the_one", "оплачен «Стандартный», а портал на «Базовом»")
def wrong_plan(shop: Shop) -> None:
    """The coupon was for another plan."""
    shop.portal.renew("ru_basic")


@situation("plan_abilities_same", "тариф продлён тот же: всё, что он давал, осталось")
def same_plan(shop: Shop) -> None:
    """A renewal of the same plan."""
    shop.portal.renew("ru_std")
