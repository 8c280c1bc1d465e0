"""Situations of the snapshot itself: losses that many runs, refusals, acceptances and replacements must not hide."""

from b24app.comparison.acceptance import accept_change
from b24app.comparison.after_activation import schedule_after_activation
from bench.truth.shop import MARINA, Shop
from bench.truth.situation import situation
from bench.truth.situations.records import delete_first

PAY_SYSTEMS = "sale.paysystem.list"


def accept_all(shop: Shop, run_id: int) -> None:
    """The administrator explains whatever the run shows."""
    view = shop.comparison(run_id)
    with shop._inside():  # noqa: SLF001 - what a press on the page does
        for line in view.open_lines if view else ():
            accept_change(
                run_id, line.change.kind.code, line.change.key,
                reason="on_purpose", explanation="", by=MARINA, at=shop.now,
            )  # fmt: skip


def copy_of(shop: Shop, table: str, row_id: object, new_id: int, **changes: object) -> None:
    """One more row like this one."""
    row = shop.portal.tables[table].get(row_id)
    if row is None:
        raise LookupError(row_id)
    shop.portal.tables[table].add({**row, "ID": new_id, **changes})


@situation("crm_total", "удалено 300 сделок, затем десять проверок подряд")
def deals_are_deleted_and_checked_ten_times(shop: Shop) -> None:
    """«Проверить снова» pressed ten times."""
    delete_first(shop, "deal", 300)
    for _ in range(10):
        shop.run()


@situation("pay_system", "заменён обработчик оплаты, прошло десять ночей")
def handler_is_replaced_ten_nights_ago(shop: Shop) -> None:
    """Nobody looks into the application."""
    shop.portal.tables["paysystem"].update(2, ACTION_FILE="robo")
    for _ in range(10):
        shop.advance(hours=1)
        shop.run("daily")


@situation(
    "pay_system", "добавлена вчера и удалена сегодня, пока не объяснена другая пропажа", also=("delivery",)
)
def added_and_lost_while_another_loss_stands(shop: Shop) -> None:
    """The snapshot cannot move on, and yet the new pay system is known."""
    shop.portal.remove("delivery", 4)
    copy_of(shop, "paysystem", 3, 99, NAME="Оплата частями")
    shop.run("daily")
    shop.portal.remove("pay_system", 99)


@situation("pay_system", "раздел не читался одну ночь, за неё система удалена")
def lost_while_the_part_could_not_be_read(shop: Shop) -> None:
    """The administrator even accepts that the part cannot be seen."""
    shop.portal.refuse_next("ACCESS_DENIED", method=PAY_SYSTEMS, times=9)
    accept_all(shop, shop.run("daily"))
    shop.run("daily")
    shop.portal.faults.forgive()
    shop.portal.remove("pay_system", 3)


@situation("pay_system", "выключение принято, потом система включена и выключена снова")
def switched_off_again(shop: Shop) -> None:
    """What was accepted once was another time."""
    shop.portal.switch_off("pay_system", 2)
    accept_all(shop, shop.run())
    shop.portal.switch_on("pay_system", 2)
    shop.run("daily")
    shop.portal.switch_off("pay_system", 2)


@situation("delivery", "одна из двух доставок «Курьер» удалена")
def one_of_two_couriers_is_lost(shop: Shop) -> None:
    """The other one of the same name works."""
    name = shop.portal.tables["delivery"].get(3)["NAME"]  # type: ignore[index]
    shop.portal.tables["delivery"].update(4, NAME=name)
    shop.take_baseline()
    shop.portal.remove("delivery", 4)


@situation("cash_register", "касса заменена новой")
def register_is_replaced(shop: Shop) -> None:
    """One line, not a loss and a stranger."""
    copy_of(shop, "cashbox", "1", 97, NAME="Новая касса")
    shop.portal.tables["cashbox"].delete("1")


@situation("vat", "НДС сменён, прошли проверки после активации")
def vat_is_changed_and_the_activation_is_verified(shop: Shop) -> None:
    """The repeats after an activation are runs like others."""
    shop.portal.tables["vat"].update(3, rate=5)
    with shop._inside():  # noqa: SLF001 - what a press on the page does
        schedule_after_activation(shop.now)
    for kind in ("after_at_once", "after_15m"):
        shop.run(kind)
