"""Puts each part of the shop into the portal's tables."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sandbox.rest.table import Builder, Table
from sandbox.shop import (
    carriers,
    cashboxes,
    channels,
    drive,
    fields,
    fronts,
    goods,
    payments,
    pipelines,
    processes,
    seasons,
    terms,
)
from sandbox.shop.chance import share
from sandbox.shop.clients import Clients
from sandbox.shop.deals import FIRST_DEAL, Deals
from sandbox.shop.items import remember_blanks
from sandbox.shop.ledger import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, Ledger
from sandbox.shop.ledger import PAYMENTS as ALL_PAYMENTS
from sandbox.shop.orders import OrderRows
from sandbox.shop.people import SELLERS, departments
from sandbox.shop.size import ShopSize

if TYPE_CHECKING:
    from sandbox.portal import Portal

SMALL_PAYMENTS = ((payments.YOOKASSA, 70), (payments.CASH, 30))
SMALL_DELIVERIES = ((carriers.PICKUP, 50, 0), (carriers.COURIER, 50, 300))
EMPTY_TABLES = (
    "notification", "blogpost", "calendar_event", "calendar_section", "message", "entity", "entity_item",
)  # fmt: skip


def managers_of(portal: Portal) -> tuple[int, ...]:
    """Return the employees who look after customers."""
    workers = [
        user.id for user in portal.users if user.active and not user.admin and user.user_type == "employee"
    ]
    return tuple(workers[:SELLERS]) or (portal.admin.id,)


def stock_settings(portal: Portal, size: ShopSize) -> None:
    """Pay systems, deliveries, registers, statuses, payers, checkout fields, currencies."""
    now = portal.world.clock.now()
    ways = (
        None if size.marketplaces else frozenset(one[0] for one in (*SMALL_PAYMENTS, (payments.ROBOKASSA, 0)))
    )
    carried = None if size.marketplaces else frozenset(one[0] for one in SMALL_DELIVERIES)
    portal.tables |= {
        "paysystem": payments.pay_systems(ways),
        "paysystem_handler": payments.pay_handlers() if size.marketplaces else Table(key="ID"),
        "delivery": carriers.deliveries(carried),
        "delivery_handler": carriers.delivery_handlers() if size.marketplaces else Table(key="ID"),
        "cashbox": cashboxes.cashboxes(),
        "cashbox_handler": cashboxes.cashbox_handlers() if size.marketplaces else Table(key="ID"),
        "order_status": terms.order_statuses(),
        "person_type": terms.payers(),
        "order_property": terms.order_properties(),
        "currency": terms.currencies(now),
        "trade_platform": terms.trade_platforms(site_id=fronts.SHOP_SITE),
        **{name: Table(key="ID") for name in EMPTY_TABLES},
        "task": Table(key="id"),
    }


def stock_goods(portal: Portal, size: ShopSize) -> None:
    """Catalogue, offers, prices, stores and what lies in them."""
    now = portal.world.clock.now()
    stuff = goods.Goods(portal.world.seed, size.products, now - timedelta(days=700))
    portal.shelf["goods"] = stuff
    portal.shelf["stock_mode"] = "Y" if size.stock else "N"
    portal.tables |= {
        "catalog": goods.catalogs(),
        "product": _built(stuff.product, goods.FIRST_PRODUCT, size.products),
        "offer": _built(stuff.offer, goods.FIRST_OFFER, stuff.offer_count()),
        "price": _built(stuff.price_row, 1, size.products + size.products // 2),
        "store_product": _built(stuff.stock_row, 1, size.products),
        "store": terms.stores(now, stock=size.stock),
        "vat": terms.vat_rates(now),
        "price_type": terms.price_types(now),
    }


def stock_trade(portal: Portal, size: ShopSize, orders: int) -> None:
    """Orders over thirteen months with their payments, shipments and bindings."""
    now = portal.world.clock.now()
    months = seasons.lay_out(now, size.orders_in_last_month)
    if orders > months.total():
        months = seasons.lay_out_total(now, orders)
    ledger = Ledger(
        seed=portal.world.seed,
        pace=_pace(portal, months, 1),
        goods=portal.shelf["goods"],
        markets=size.marketplaces,
        contacts=size.contacts,
        managers=managers_of(portal),
        ways_to_pay=ALL_PAYMENTS if size.marketplaces else SMALL_PAYMENTS,
        ways_to_deliver=carriers.CHOICES if size.marketplaces else SMALL_DELIVERIES,
    )
    pay_names = {
        row["ID"]: (row["NAME"], row["IS_CASH"], row["XML_ID"]) for row in portal.tables["paysystem"]
    }
    delivery_names = {row["ID"]: row["NAME"] for row in portal.tables["delivery"]}
    rows = OrderRows(ledger, pay_names, delivery_names)
    portal.shelf["ledger"] = ledger
    own = [index + 1 for index in range(months.total()) if not ledger.market_of(index)]
    portal.tables |= {
        "order": _built(rows.order, FIRST_ORDER, months.total()),
        "payment": _built(rows.payment, FIRST_PAYMENT, months.total()),
        "shipment": _built(rows.shipment, FIRST_SHIPMENT, months.total()),
        "trade_binding": Table(key="id", build=rows.binding, ids=own),
    }


def stock_crm(portal: Portal, size: ShopSize) -> None:
    """Pipelines, stages, dictionaries, deals, leads, contacts, companies, invoices, user fields."""
    now = portal.world.clock.now()
    chosen = pipelines.BIG_SET if size.open_lines else pipelines.SMALL_SET
    lead_months = seasons.lay_out_total(now, max(size.leads, size.invoices))
    clients = Clients(
        portal.world.seed, seasons.lay_out_total(now, size.contacts), managers_of(portal), size.companies
    )
    deals = Deals(
        seed=portal.world.seed,
        pace=_pace(portal, seasons.lay_out_total(now, size.deals), 71),
        lead_months=lead_months,
        managers=managers_of(portal),
        contacts=size.contacts,
        companies=size.companies,
        pipelines=tuple(one.id for one in chosen if one.entity_type == pipelines.DEAL),
        markets=size.marketplaces,
    )
    portal.shelf["deals"] = deals
    portal.shelf["pipelines"] = chosen
    portal.tables |= {
        "category": pipelines.categories(chosen),
        "status": pipelines.statuses(chosen, classic=True),
        "crm_type": pipelines.smart_processes(now) if size.open_lines else Table(key="id"),
        "user_field": fields.user_fields(),
        "deal": _built(deals.deal, FIRST_DEAL, size.deals),
        "lead": _built(deals.lead, 1, size.leads),
        "contact": _built(clients.contact, 1, size.contacts),
        "company": _built(clients.company, 1, size.companies),
        "invoice": _built(deals.invoice, 1, size.invoices),
        "purchase": _built(deals.purchase, 1, 36 if size.open_lines else 0),
        "quote": Table(key="id"),
    }
    remember_blanks(portal)


def stock_fronts(portal: Portal, size: ShopSize) -> None:
    """Sites, open lines, connectors, telephony, mail services."""
    now = portal.world.clock.now()
    site_ids = (fronts.SHOP_SITE, fronts.PAGE_SITE) if size.open_lines else (fronts.SHOP_SITE,)
    calls = channels.Calls(portal.world.seed, now, managers_of(portal))
    portal.shelf["sip"] = (
        channels.sip_connector(now) if size.telephony else {"FREE_MINUTES": 60, "PAID": False}
    )
    portal.shelf["outgoing_line"] = channels.OUTGOING_LINE if size.telephony else ""
    portal.tables |= {
        "site": fronts.sites(now, both=size.open_lines),
        "page": fronts.pages(now, site_ids),
        "openline": channels.open_lines(managers_of(portal)) if size.open_lines else Table(key="ID"),
        "connector": channels.connectors() if size.open_lines else Table(key="ID"),
        "phone_line": channels.phone_lines() if size.telephony else Table(key="LINE_ID"),
        "call": _built(calls.call, 1, calls.count if size.telephony else 0, key="ID"),
        "mail_service": channels.mail_services(),
    }


def stock_work(portal: Portal, size: ShopSize) -> None:
    """Departments, processes, disk, analytics."""
    now = portal.world.clock.now()
    portal.tables |= {
        "department": departments(),
        "bp_template": processes.templates(now, 7 if size.open_lines else 2),
        "bp_instance": processes.instances(now, 3 if size.open_lines else 0),
        "storage": drive.storages(portal.users),
        "disk_object": drive.drive_objects(now, portal.host),
        "bi_source": processes.bi_sources(now) if size.marketplaces else Table(key="id"),
        "bi_connector": processes.bi_connectors(now) if size.marketplaces else Table(key="id"),
        "bi_dataset": processes.bi_datasets(now) if size.marketplaces else Table(key="id"),
    }


def _pace(portal: Portal, months: seasons.Months, salt: int) -> seasons.Pace:
    jitter = partial(share, portal.world.seed, salt)
    return seasons.Pace(months, portal.world.clock.now, jitter, grows=not portal.shelf["counted"])


def _built(build: Builder, first: int, count: int, *, key: str = "id") -> Table:
    return Table(key=key, build=build, ids=range(first, first + count))
