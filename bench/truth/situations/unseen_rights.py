"""Situations of rights, terms, register and clock that nobody had in mind when the checks were written."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from b24app.checklist.questions.answers import RegisterDraft
from b24app.terms.term import TermDraft
from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.terms import _add, _bought, _in_days, _today
from bench.truth.situations.unseen_payments import LONG_NAME, runs

WEBHOOK = RegisterDraft(kind="incoming_webhook", name="Обмен")


def refuse(shop: Shop, code: str, *methods: str) -> None:
    """These methods are refused from now on."""
    for method in methods:
        shop.portal.refuse_next(code, times=None, method=method)


@situation("permissions_granted", "права приложения на «Сайты» сняты")
def scope_is_withheld(shop: Shop) -> None:
    card = next(iter(shop.portal.world.applications.values()))
    shop.portal.withhold_scope(card, "landing")


@situation("pay_system_for_orders", "оплата и кассы вдруг отвечают ACCESS_DENIED")
def payments_are_denied(shop: Shop) -> None:
    refuse(shop, "ACCESS_DENIED", "sale.paysystem.list", "sale.cashbox.list", "sale.delivery.getlist")


@situation("pay_systems_still_on", "оплата один раз ответила отказом, потом снова видна")
def payments_were_denied_once(shop: Shop) -> None:
    refuse(shop, "ACCESS_DENIED", "sale.paysystem.list")
    shop.run()
    shop.portal.forgive()


@situation("portal_answers", "портал не отвечал, теперь отвечает")
def portal_came_back(shop: Shop) -> None:
    shop.portal.refuse_next("INTERNAL_SERVER_ERROR", times=None)
    with suppress(RuntimeError):
        shop.run()
    shop.portal.forgive()
    shop.advance(minutes=50)


@situation("seen_by_administrator", "проверку запустил другой администратор")
def another_administrator_runs(shop: Shop) -> None:
    other = shop.portal.employee
    other.admin = True
    shop.actor.opens(user=other)


@situation("plan_time_left", "тариф кончается сегодня")
def plan_ends_today(shop: Shop) -> None:
    shop.set_term("plan", _today(shop))


@situation("plan_time_left", "тариф кончился двадцать дней назад, льготный срок прошёл")
def grace_is_over(shop: Shop) -> None:
    shop.set_term("plan", _today(shop) - timedelta(days=20))


@situation("plan_time_left", "тариф оплачен на два года вперёд")
def two_years_are_paid(shop: Shop) -> None:
    _in_days(shop, 700, 720)


@situation("other_terms_alive", "телефония кончилась три дня назад")
def telephony_is_over(shop: Shop) -> None:
    _add(shop, TermDraft("telephony", _today(shop) - timedelta(days=3), title="Номер 8-800"))


@situation("other_terms_alive", "два приложения с одним названием, одно кончается завтра")
def one_of_two_applications_ends(shop: Shop) -> None:
    _add(shop, TermDraft("application", _today(shop) + timedelta(days=400), title="Обмен"))
    _add(shop, TermDraft("application", _today(shop) + timedelta(days=1), title="Обмен"))


@situation("other_terms_alive", "приложение кончается через год, название с разметкой")
def application_with_an_odd_title(shop: Shop) -> None:
    _add(shop, TermDraft("application", _today(shop) + timedelta(days=365), title=LONG_NAME[:100]))


@situation("other_terms_alive", "Маркетплейс и тариф кончаются в один день, оба куплены")
def both_end_together(shop: Shop) -> None:
    _in_days(shop, 20, 20)
    _bought(shop)


@situation("backup_is_fresh", "последняя копия годичной давности")
def copy_of_last_year(shop: Shop) -> None:
    shop.answer("ask_backup", value=(_today(shop) - timedelta(days=366)).isoformat())


@situation("register_is_kept", "два вебхука «Обмен», один просрочен")
def one_of_two_webhooks_is_over(shop: Shop) -> None:
    shop.register(replace(WEBHOOK, expires_on=date(2027, 12, 1)))
    shop.register(replace(WEBHOOK, expires_on=date(2026, 11, 1)))


@situation("register_is_kept", "запись без владельца, адреса и срока, имя с разметкой")
def bare_entry(shop: Shop) -> None:
    shop.register(replace(WEBHOOK, name=LONG_NAME[:100]))


@situation("register_is_kept", "уволены сразу два владельца")
def two_owners_left(shop: Shop) -> None:
    people = [user for user in shop.portal.users if not user.admin][:2]
    for number, user in enumerate(people):
        shop.register(replace(WEBHOOK, name=f"Обмен {number}", owner_id=user.id))
    shop.take_baseline()
    for user in people:
        shop.portal.dismiss(user)


@situation("clocks_agree", "портал в часовом поясе Калининграда")
def portal_of_kaliningrad(shop: Shop) -> None:
    shop.portal.set_time_zone("Europe/Kaliningrad")


@situation("plan_abilities_same", "документы перестали входить в тариф")
def documents_are_refused(shop: Shop) -> None:
    shop.portal.refuse_next(
        "DOCGEN_ACCESS_ERROR",
        times=None,
        method="documentgenerator.role.list",
        status=403,
        description="Your plan does not support this operation",
    )


@situation("portal_answers", "подписка кончилась, прошло пять ночных проверок")
def subscription_ended_five_nights_ago(shop: Shop) -> None:
    shop.portal.end_marketplace()
    runs(shop, 5)


@situation("own_events_bound", "сутки после активации, всё работает")
def a_day_after_an_activation(shop: Shop) -> None:
    shop.portal.renew()
    shop.run()
    shop.advance(days=1)


@situation("disk_visible", "общий диск закрыли правами, личных дисков сорок")
def common_disk_is_hidden(shop: Shop) -> None:
    shop.portal.tables["storage"].delete("3")
    runs(shop, 3)
