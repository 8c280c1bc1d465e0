"""A first few situations: each area has a file of its own beside this one."""

from bench.truth.shop import Shop
from bench.truth.situation import situation


@situation("pipelines_present", "воронка переименована")
def pipeline_is_renamed(shop: Shop) -> None:
    """A pipeline gets another name."""
    row = shop.portal.tables["category"].all()[-1]
    shop.portal.tables["category"].update(row["id"], name="Опт и розница")


@situation("pay_system", "платёжная система выключена")
def pay_system_is_switched_off(shop: Shop) -> None:
    """A pay system is switched off."""
    shop.portal.switch_off("pay_system", 2)
