"""Fills the portal's tables with the data of a generated shop, part by part."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sandbox.rest.table import Builder, Table
from sandbox.shop import (
    cashboxes,
    channels,
    delivery_services,
    disk_storages,
    pay_systems,
    pipelines,
    processes,
    products,
    reference_data,
    sites,
    timeline,
    user_fields,
)
from sandbox.shop.contacts import Clients
from sandbox.shop.deals import FIRST_DEAL, Deals
from sandbox.shop.hanging_rows import seed_hanging
from sandbox.shop.items import remember_blanks
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, OrderHistory
from sandbox.shop.order_history import PAYMENTS as ALL_PAYMENTS
from sandbox.shop.orders import OrderRows
from sandbox.shop.people import SELLERS, departments
from sandbox.shop.pseudorandom import share
from sandbox.shop.size import ShopSize

if TYPE_CHECKING:
    from sandbox.portal import Portal

SMALL_PAYMENTS = ((pay_systems.YOOKASSA, 70), (pay_systems.CASH, 30))
SMALL_DELIVERIES = ((delivery_services.PICKUP, 50, 0), (delivery_services.COURIER, 50, 300))
EMPTY_TABLES = (
    "notification", "blogpost", "calendar_event", "calendar_section", "message", "entity", "entity_item",
)  # fmt: skip


def managers_of(portal: Portal) -> tuple[int, ...]:
    """Return the sales managers."""
    workers = [
        user.id for user in portal.users if user.active and not user.admin and user.user_type == "employee"
    ]
    return tuple(workers[:SELLERS]) or (portal.admin.id,)


def seed_settings(portal: Portal, size: ShopSize) -> None:
    """Pay systems, deliveries, registers, statuses, payers, checkout fields, currencies."""
    now = portal.now()
    ways = (
        None
        if size.marketplaces
        else frozenset(one[0] for one in (*SMALL_PAYMENTS, (pay_systems.ROBOKASSA, 0)))
    )
    services = None if size.marketplaces else frozenset(one[0] for one in SMALL_DELIVERIES)
    portal.tables |= {
        "paysystem": pay_systems.pay_systems(ways),
        "paysystem_handler": pay_systems.pay_handlers() if size.marketplaces else Table(key="ID"),
        "delivery": delivery_services.deliveries(services),
        "delivery_handler": delivery_services.delivery_handlers() if size.marketplaces else Table(key="ID"),
        "cashbox": cashboxes.cashboxes(),
        "cashbox_handler": cashboxes.cashbox_handlers() if size.marketplaces else Table(key="ID"),
        "order_status": reference_data.order_statuses(),
        "person_type": reference_data.payers(),
        "order_property": reference_data.order_properties(),
        "currency": reference_data.currencies(now),
        "trade_platform": reference_data.trade_platforms(site_id=sites.SHOP_SITE),
        **{name: Table(key="ID") for name in EMPTY_TABLES},
        "task": Table(key="id"),
    }


def seed_catalog(portal: Portal, size: ShopSize) -> None:
    """Catalogue, offers, prices, stores and stock."""
    now = portal.now()
    goods = products.Goods(portal.world.seed, size.products, now - timedelta(days=700))
    portal.extra["goods"] = goods
    portal.extra["stock_mode"] = "Y" if size.stock else "N"
    portal.tables |= {
        "catalog": products.catalogs(),
        "product": _built(goods.product, products.FIRST_PRODUCT, size.products),
        "offer": _built(goods.offer, products.FIRST_OFFER, goods.offer_count()),
        "price": _built(goods.price_row, 1, size.products + size.products // 2),
        "store_product": _built(goods.stock_row, 1, size.products),
        "store": reference_data.stores(now, stock=size.stock),
        "vat": reference_data.vat_rates(now),
        "price_type": reference_data.price_types(now),
    }


def seed_orders(portal: Portal, size: ShopSize, orders: int) -> None:
    """Orders over thirteen months with their payments, shipments and bindings."""
    now = portal.now()
    months = timeline.lay_out(now, size.orders_in_last_month)
    if orders > months.total():
        months = timeline.lay_out_total(now, orders)
    history = OrderHistory(
        seed=portal.world.seed,
        pace=_pace(portal, months, 1),
        goods=portal.extra["goods"],
        markets=size.marketplaces,
        contacts=size.contacts,
        managers=managers_of(portal),
        ways_to_pay=ALL_PAYMENTS if size.marketplaces else SMALL_PAYMENTS,
        ways_to_deliver=delivery_services.CHOICES if size.marketplaces else SMALL_DELIVERIES,
    )
    lay_orders(portal, history)


def lay_orders(portal: Portal, history: OrderHistory) -> None:
    """Fill the tables of orders, payments, shipments and bindings from a history of orders."""
    count = history.pace.months.total()
    pay_names = {
        row["ID"]: (row["NAME"], row["IS_CASH"], row["XML_ID"]) for row in portal.tables["paysystem"]
    }
    delivery_names = {row["ID"]: row["NAME"] for row in portal.tables["delivery"]}
    rows = OrderRows(history, pay_names, delivery_names)
    portal.extra["order_history"] = history
    own = [index + 1 for index in range(count) if not history.market_of(index)]
    portal.tables |= {
        "order": _built(rows.order, FIRST_ORDER, count),
        "payment": _built(rows.payment, FIRST_PAYMENT, count),
        "shipment": _built(rows.shipment, FIRST_SHIPMENT, count),
        "trade_binding": Table(key="id", build=rows.binding, ids=own),
    }


def seed_crm(portal: Portal, size: ShopSize) -> None:
    """Pipelines, stages, dictionaries, deals, leads, contacts, companies, invoices, user fields."""
    now = portal.now()
    chosen = pipelines.BIG_SET if size.open_lines else pipelines.SMALL_SET
    lead_months = timeline.lay_out_total(now, max(size.leads, size.invoices))
    clients = Clients(
        portal.world.seed, timeline.lay_out_total(now, size.contacts), managers_of(portal), size.companies
    )
    deals = Deals(
        seed=portal.world.seed,
        pace=_pace(portal, timeline.lay_out_total(now, size.deals), 71),
        lead_months=lead_months,
        managers=managers_of(portal),
        contacts=size.contacts,
        companies=size.companies,
        pipelines=tuple(one.id for one in chosen if one.entity_type == pipelines.DEAL),
        markets=size.marketplaces,
    )
    portal.extra["deals"] = deals
    portal.extra["pipelines"] = chosen
    portal.tables |= {
        "category": pipelines.categories(chosen),
        "status": pipelines.statuses(chosen, classic=True),
        "crm_type": pipelines.smart_processes(now) if size.open_lines else Table(key="id"),
        "user_field": user_fields.user_fields(),
        "deal": _built(deals.deal, FIRST_DEAL, size.deals),
        "lead": _built(deals.lead, 1, size.leads),
        "contact": _built(clients.contact, 1, size.contacts),
        "company": _built(clients.company, 1, size.companies),
        "invoice": _built(deals.invoice, 1, size.invoices),
        "purchase": _built(deals.purchase, 1, 36 if size.open_lines else 0),
        "quote": Table(key="id"),
    }
    remember_blanks(portal)
    seed_hanging(portal, clients, size.deals, size.companies)


def seed_sites_and_channels(portal: Portal, size: ShopSize) -> None:
    """Sites, open lines, connectors, telephony, mail services."""
    now = portal.now()
    site_ids = (sites.SHOP_SITE, sites.PAGE_SITE) if size.open_lines else (sites.SHOP_SITE,)
    calls = channels.Calls(portal.world.seed, now, managers_of(portal))
    portal.extra["sip"] = (
        channels.sip_connector(now) if size.telephony else {"FREE_MINUTES": 60, "PAID": False}
    )
    portal.extra["outgoing_line"] = channels.OUTGOING_LINE if size.telephony else ""
    portal.tables |= {
        "site": sites.sites(now, both=size.open_lines),
        "page": sites.pages(now, site_ids),
        "openline": channels.open_lines(managers_of(portal)) if size.open_lines else Table(key="ID"),
        "connector": channels.connectors() if size.open_lines else Table(key="ID"),
        "phone_line": channels.phone_lines() if size.telephony else Table(key="LINE_ID"),
        "call": _built(calls.call, 1, calls.count if size.telephony else 0, key="ID"),
        "mail_service": channels.mail_services(),
    }


def seed_workplace(portal: Portal, size: ShopSize) -> None:
    """Departments, processes, disk, analytics."""
    now = portal.now()
    portal.tables |= {
        "department": departments(),
        "bp_template": processes.templates(now, 7 if size.open_lines else 2),
        "bp_instance": processes.instances(now, 3 if size.open_lines else 0),
        "storage": disk_storages.storages(portal.users),
        "disk_object": disk_storages.disk_objects(now, portal.host),
        "bi_source": processes.bi_sources(now) if size.marketplaces else Table(key="id"),
        "bi_connector": processes.bi_connectors(now) if size.marketplaces else Table(key="id"),
        "bi_dataset": processes.bi_datasets(now) if size.marketplaces else Table(key="id"),
    }


def _pace(portal: Portal, months: timeline.Months, salt: int) -> timeline.Pace:
    jitter = partial(share, portal.world.seed, salt)
    return timeline.Pace(months, portal.world.clock.now, jitter, grows=not portal.extra["counted"])


def _built(build: Builder, first: int, count: int, *, key: str = "id") -> Table:
    return Table(key=key, build=build, ids=range(first, first + count))
