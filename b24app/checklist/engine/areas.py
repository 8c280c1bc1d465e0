"""The parts of a shop that the checklist covers, how grave a loss is, and when a check matters."""

from enum import StrEnum

from b24app.text.messages import N_


class Area(StrEnum):
    """A part of the portal, in the order of the page."""

    BACKUP = "backup"
    CRM = "crm"
    PAYMENTS = "payments"
    DELIVERY = "delivery"
    MARKETPLACES = "marketplaces"
    CATALOGUE = "catalogue"
    SITE = "site"
    CHANNELS = "channels"
    PLAN = "plan"
    APPS = "apps"


AREA_TITLES: dict[Area, str] = {
    Area.BACKUP: N_("Backup"),
    Area.CRM: N_("CRM pipelines"),
    Area.PAYMENTS: N_("Payments"),
    Area.DELIVERY: N_("Delivery and orders"),
    Area.MARKETPLACES: N_("Marketplaces"),
    Area.CATALOGUE: N_("Catalogue and stores"),
    Area.SITE: N_("Site and analytics"),
    Area.CHANNELS: N_("Channels and telephony"),
    Area.PLAN: N_("Licence and employees"),
    Area.APPS: N_("Applications"),
}


class Severity(StrEnum):
    """How soon the shop feels it: orders stop, something stops, or it is good to know."""

    ORDERS = "orders"
    WORK = "work"
    NOTE = "note"


SEVERITY_ORDER: dict[Severity, int] = {Severity.ORDERS: 0, Severity.WORK: 1, Severity.NOTE: 2}


class CheckTime(StrEnum):
    """When a check matters: only before the renewal, only after activation, or both times."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"
