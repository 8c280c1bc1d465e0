"""How large a seeded shop is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShopSize:
    orders_in_last_month: int
    employees: int
    contacts: int
    companies: int
    products: int
    deals: int
    leads: int
    invoices: int
    open_lines: bool
    marketplaces: bool
    telephony: bool
    stock: bool


BIG = ShopSize(
    orders_in_last_month=640,
    employees=43,
    contacts=2400,
    companies=180,
    products=320,
    deals=2100,
    leads=420,
    invoices=260,
    open_lines=True,
    marketplaces=True,
    telephony=True,
    stock=True,
)
SMALL = ShopSize(
    orders_in_last_month=74,
    employees=9,
    contacts=310,
    companies=24,
    products=48,
    deals=190,
    leads=40,
    invoices=22,
    open_lines=False,
    marketplaces=False,
    telephony=False,
    stock=False,
)
