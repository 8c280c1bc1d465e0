"""Resources of totals: records of CRM and orders, goods and prices; how many of those that existed then are left."""

from collections.abc import Mapping

from b24app.checklist.engine.catalogue_counts import CatalogueChange, changes_of_catalogue
from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.own_facts import PutBack
from b24app.checklist.engine.record_counts import Total, fewer_than, gravity_of, with_put_back
from b24app.checklist.facts.backup.order_totals import OrderTotals
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.checklist.facts.crm.crm_totals import CrmTotals, SmartTotals
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.comparison.resource import NOT_SEEN, Alteration, Found, Resource, resource
from b24app.text.messages import N_

RECORDS = {
    "leads": N_("Leads"),
    "deals": N_("Deals"),
    "contacts": N_("Contacts"),
    "companies": N_("Companies"),
    "invoices": N_("Invoices"),
    "quotes": N_("Quotes"),
    "orders": N_("Orders"),
}
PAGES = {
    "leads": "/crm/lead/",
    "deals": "/crm/deal/",
    "contacts": "/crm/contact/",
    "companies": "/crm/company/",
}
"""Pages that an application may open (bx24-open-path.md); others are not documented."""
OF_TOTAL = ("count", "max_id", "kept", "kept_of")
BY_ID = frozenset({"products", "offers", "prices"})


def _fields_of(total: Total | None, prefix: str = "") -> dict[str, str]:
    """A count as fields; what was not counted has none, which is no loss."""
    values = {name: getattr(total, name) for name in OF_TOTAL} if total else {}
    return {prefix + name: str(value) for name, value in values.items() if value is not None}


def _beside(total: Total | None, kind: str, put_back: PutBack | None) -> Total | None:
    """Count restored records as existing, although their numbers are new."""
    back = put_back.counts.get(kind, 0) if put_back is not None else 0
    return with_put_back(total, back) if total is not None else None


def _total_of(fields: Mapping[str, str], prefix: str = "") -> Total | None:
    if f"{prefix}count" not in fields:
        return None
    kept, kept_of = fields.get(f"{prefix}kept"), fields.get(f"{prefix}kept_of")
    return Total(
        int(fields[f"{prefix}count"]), int(fields[f"{prefix}max_id"]),
        None if kept is None else int(kept), None if kept_of is None else int(kept_of),
    )  # fmt: skip


def _fewer(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    """The alteration when fewer of the earlier records are left; the kind of records decides how grave that is."""
    then, today = _total_of(was.fields), _total_of(now.fields)
    found = fewer_than(then, today) if then and today else None
    if found is None:
        return ()
    return (Alteration("count", str(found.was), str(found.left), gravity_of(was.fields["kind"], found)),)


@resource(
    N_("Records in CRM"),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    meaning=N_("Some of the records that were there then are gone; new ones are not counted."),
    remedy=N_("Look into the recycle bin and compare with the copy made before the renewal."),
    place=N_("CRM → Recycle bin"),
    fields={
        "count": N_("of those that were there"),
        **dict.fromkeys(("max_id", "kept", "kept_of", "kind"), N_("number of records")),
    },
    field_advice={
        "count": N_(
            "Look into the recycle bin and compare with the copy; accept it if these were doubles or tests."
        )
    },
    rule=_fewer,
    anchored=True,
    named=True,
)
def crm_total(
    crm_totals: CrmTotals,
    order_totals: OrderTotals | None = None,
    smart_totals: SmartTotals | None = None,
    smart_processes: SmartProcesses | None = None,
    put_back: PutBack | None = None,
) -> Found:
    """Numbers of leads, deals, contacts, companies, invoices, quotes, orders and elements of smart processes."""
    totals = {**crm_totals.totals, **({"orders": order_totals.total} if order_totals else {})}
    for kind, title in RECORDS.items():
        fields = {**_fields_of(_beside(totals.get(kind), kind, put_back)), "kind": kind}
        yield kind, Resource(title, "", fields, link=PAGES.get(kind, ""))
    if smart_totals is None:
        yield "smart:*", NOT_SEEN
        return
    titles = {row.entity_type_id: row.title for row in smart_processes.rows} if smart_processes else {}
    for entity_type in {**smart_totals.totals, **titles}:
        name = titles.get(entity_type, N_("Elements of a smart process"))
        counts = _fields_of(_beside(smart_totals.totals.get(entity_type), entity_type, put_back))
        owner = ("smart_process", entity_type)
        yield f"smart:{entity_type}", Resource(name, "", {**counts, "kind": "smart"}, part_of=owner)


COUNTS = {
    "active_products": N_("goods that are switched on"),
    "active_offers": N_("variations that are switched on"),
    "available_products": N_("goods that can be bought"),
    "available_offers": N_("variations that can be bought"),
    "stock_rows": N_("stock rows with a remainder"),
    "base_prices": N_("prices of the base type"),
    "zero_prices": N_("prices of zero"),
}
TITLES = {"products": N_("goods"), "offers": N_("variations of goods"), "prices": N_("prices")}


def _read_back(fields: Mapping[str, str]) -> CatalogueTotals:
    totals = {kind: total for kind in TITLES if (total := _total_of(fields, f"{kind}_")) is not None}
    counts = {name: int(fields[name]) for name in (*TITLES, *COUNTS) if name in fields}
    return CatalogueTotals(**counts, totals=totals, base_type=fields.get("base_type", ""))


def _less_to_sell(was: Resource, now: Resource) -> tuple[Alteration, ...]:
    return tuple(
        _as_shown(one) for one in changes_of_catalogue(_read_back(was.fields), _read_back(now.fields))
    )


def _as_shown(one: CatalogueChange) -> Alteration:
    """What is counted by id is shown as it is; the rest changes every day and is shown in tens of per cent."""
    if one.code in BY_ID or one.code == "zero_prices":
        return Alteration(one.code, str(one.was), str(one.left), one.level)
    tens = round(one.left * 10 / one.was) * 10
    return Alteration(one.code, "100 %", f"{tens} %", one.level)


@resource(
    N_("Catalogue in numbers"),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    meaning=N_("There is less to sell than before."),
    remedy=N_("Look what the exchange with 1C wrote last, and load goods, prices and stock from the copy."),
    place=N_("CRM → Products"),
    fields={
        **TITLES,
        **COUNTS,
        "base_type": N_("base price"),
        **{f"{kind}_{name}": title for kind, title in TITLES.items() for name in OF_TOTAL},
    },
    field_advice={
        "products": N_("Find the goods in the copy and load them again."),
        "offers": N_("Find the variations in the copy and load them again."),
        "prices": N_("Load the prices again from the copy or from 1C."),
        "base_prices": N_("Load the prices of the base type again from the copy or from 1C."),
        "zero_prices": N_(
            "Load the prices again from the copy or from 1C: goods are given away for nothing."
        ),
        "active_products": N_("Switch the goods on again: the exchange or a person switched them off."),
        "active_offers": N_("Switch the variations on again: the exchange or a person switched them off."),
        "available_products": N_("Look what stock the exchange with 1C wrote last and start it again."),
        "available_offers": N_("Look what stock the exchange with 1C wrote last and start it again."),
        "stock_rows": N_("Look what stock the exchange with 1C wrote last and start it again."),
    },
    rule=_less_to_sell,
    anchored=True,
)
def catalogue_total(catalogue_totals: CatalogueTotals) -> Found:
    """Goods, variations, prices and stock of the whole catalogue."""
    fields = {
        name: str(value)
        for name in (*TITLES, *COUNTS)
        if (value := getattr(catalogue_totals, name)) is not None
    }
    fields["base_type"] = catalogue_totals.base_type
    for kind, total in catalogue_totals.totals.items():
        fields |= _fields_of(total, f"{kind}_")
    yield "catalogue", Resource("", "", fields)
