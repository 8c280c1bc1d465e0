"""Pages of CRM: deals with their toolbar, a card with its tabs, analytics with its menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request

from sandbox.rest.table import Row, Table
from sandbox.screen.frames import bound_at, open_frame
from sandbox.screen.visit import Visit, current, show_date, show_moment

PER_PAGE = 20
LOOKED_THROUGH = 4000
DEAL = 2
CARDS = {"contact": "contact", "company": "company_card", "lead": "lead"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A widget as a tab or a line of a menu."""

    id: int
    title: str
    href: str
    current: bool


def register(pages: Blueprint) -> None:
    """Put the pages of CRM on the screen."""
    pages.add_url_rule("/crm/", view_func=show_deals, endpoint="crm")
    pages.add_url_rule("/crm/deal/", view_func=show_deals, endpoint="deals")
    pages.add_url_rule("/crm/deal/list/", view_func=show_deals, endpoint="deal_list")
    pages.add_url_rule("/crm/deal/kanban/", view_func=show_deals, endpoint="deal_kanban")
    pages.add_url_rule("/crm/deal/category/<int:pipeline>/", view_func=show_deals, endpoint="pipeline")
    pages.add_url_rule("/crm/deal/kanban/category/<int:pipeline>/", view_func=show_deals, endpoint="kanban")
    pages.add_url_rule("/crm/deal/<any(details, show):_form>/<int:deal_id>/", view_func=show_deal)
    pages.add_url_rule(
        "/crm/<any(contact, company, lead):kind>/<any(details, show):_form>/<int:row_id>/",
        view_func=show_card,
    )
    pages.add_url_rule("/crm/type/<int:type_id>/details/<int:row_id>/", view_func=show_item)
    pages.add_url_rule("/report/analytics/", view_func=show_analytics)


def show_deals(pipeline: int | None = None) -> str:
    """Render the list of deals, newest first."""
    visit = current()
    page = max(1, request.args.get("page", 1, type=int))
    table = visit.portal.tables.get("deal", Table(key="id"))
    first = (page - 1) * PER_PAGE
    found = _slice(_newest_deals(table, pipeline), first, first + PER_PAGE + 1)
    total = len(table) if pipeline is None else "…" if len(found) > PER_PAGE else first + len(found)
    return render_template(
        "deals.html",
        deals=[_line(visit, row) for row in found[:PER_PAGE]],
        pipelines=_pipelines(visit),
        pipeline=pipeline,
        page=page,
        more=len(found) > PER_PAGE,
        total=total,
        toolbar=_menu(visit, "CRM_DEAL_LIST_TOOLBAR"),
    )


def show_deal(deal_id: int, _form: str) -> str:
    """Render a deal's card: facts, or the widget of the chosen tab."""
    visit = current()
    table = visit.portal.tables.get("deal", Table(key="id"))
    row = table.get(deal_id) or abort(404)
    line = _line(visit, row)
    chosen = request.args.get("tab", 0, type=int)
    bound = bound_at(visit, "CRM_DEAL_DETAIL_TAB")
    widget = next((each for each in bound if each.binding.id == chosen), None)
    opened = widget and open_frame(
        visit, widget.row, "CRM_DEAL_DETAIL_TAB", binding=widget.binding, options={"ID": str(deal_id)}
    )
    facts = [
        (visit.say("stage"), line["stage"]),
        (visit.say("sum"), line["amount"]),
        (visit.say("client"), line["client"]),
        (visit.say("responsible"), line["responsible"]),
        (visit.say("created"), line["created"]),
        (visit.say("closing"), show_date_of(row.get("closedate"))),
    ]
    tabs = [Tab(each.binding.id, each.title, "", each is widget) for each in bound]
    base = f"/crm/deal/details/{deal_id}/"
    return render_template(
        "deal.html",
        heading=line["title"],
        stage=line["stage"],
        facts=facts,
        tabs=tabs,
        opened=opened,
        base=base,
    )


def show_card(kind: str, row_id: int, _form: str) -> str:
    """Render the card of a contact, a company or a lead."""
    visit = current()
    table = visit.portal.tables.get(kind)
    row = (table.get(row_id) if table else None) or abort(404)
    facts = [(name, str(value)) for name, value in row.items() if isinstance(value, str | int) and value][:12]
    return render_template("card.html", heading=f"{visit.say(CARDS[kind])}: {name_of(row)}", facts=facts)


def show_item(type_id: int, row_id: int) -> str:
    """Render the card of an item of a type; a deal has a card of its own."""
    if type_id == DEAL:
        return show_deal(row_id, "details")
    return render_template("card.html", heading=f"{current().say('item')} {type_id} № {row_id}", facts=[])


def show_analytics() -> str:
    """Render sales by pipeline, or the application chosen in the menu."""
    visit = current()
    chosen = request.args.get("placement", 0, type=int)
    bound = bound_at(visit, "CRM_ANALYTICS_MENU")
    widget = next((each for each in bound if each.binding.id == chosen), None)
    reports = [
        Tab(each.binding.id, each.title, f"/report/analytics/?placement={each.binding.id}", each is widget)
        for each in bound
    ]
    opened = widget and open_frame(visit, widget.row, "CRM_ANALYTICS_MENU", binding=widget.binding)
    heading = widget.title if widget else visit.say("analytics")
    summary = [] if widget else _summary(visit)
    return render_template("analytics.html", heading=heading, reports=reports, opened=opened, summary=summary)


def name_of(row: Row) -> str:
    """Return the title of a row, whatever the name of the field in its module."""
    for key in ("title", "TITLE", "name", "NAME"):
        if row.get(key):
            return " ".join(str(row[part]) for part in (key, _surname(key)) if row.get(part))
    return f"№ {row.get('id', row.get('ID', ''))}"


def show_date_of(text: Any) -> str:
    """Write the day of a moment kept as text."""
    return show_moment(text)[:10] if text else show_date(None)


def _surname(key: str) -> str:
    return {"name": "lastName", "NAME": "LAST_NAME"}.get(key, "")


def _menu(visit: Visit, placement: str) -> list[Tab]:
    return [
        Tab(each.binding.id, each.title, f"/devops/placement/{each.binding.id}/", current=False)
        for each in bound_at(visit, placement)
    ]


def _newest_deals(table: Table, pipeline: int | None) -> Iterator[Row]:
    for row_id in reversed(table.ids[-LOOKED_THROUGH:]):
        row = table.get(row_id)
        if row and pipeline in (None, row.get("categoryId")):
            yield row


def _slice(rows: Iterator[Row], first: int, last: int) -> list[Row]:
    return [row for place, row in zip(range(last), rows, strict=False) if place >= first]


def _line(visit: Visit, row: Row) -> dict[str, Any]:
    manager = visit.portal.user(int(row.get("assignedById") or 0))
    return {
        "id": row["id"],
        "title": row.get("title", ""),
        "stage": _stage(visit, str(row.get("stageId", ""))),
        "amount": f"{int(row.get('opportunity') or 0):,} ₽".replace(",", " "),
        "client": _client(visit, row),
        "responsible": manager.full_name if manager else "",
        "created": show_date_of(row.get("createdTime")),
    }


def _client(visit: Visit, row: Row) -> str:
    for table, key in (("company", "companyId"), ("contact", "contactId")):
        kept = visit.portal.tables.get(table)
        found = kept.get(row[key]) if kept is not None and row.get(key) else None
        if found:
            return name_of(found)
    return ""


def _stage(visit: Visit, code: str) -> str:
    table = visit.portal.tables.get("status", Table())
    found = next(
        (row for row in table if row.get("STATUS_ID") == code and "DEAL_STAGE" in str(row.get("ENTITY_ID"))),
        None,
    )
    return str(found["NAME"]) if found else code


def _pipelines(visit: Visit) -> list[dict[str, Any]]:
    table = visit.portal.tables.get("category", Table(key="id"))
    return [{"id": row["id"], "name": row["name"]} for row in table if row.get("entityTypeId") == DEAL]


def _summary(visit: Visit) -> list[dict[str, Any]]:
    counts = {each["id"]: {"name": each["name"], "P": 0, "S": 0, "F": 0} for each in _pipelines(visit)}
    for row in _newest_deals(visit.portal.tables.get("deal", Table(key="id")), None):
        place = counts.get(row.get("categoryId"))
        kind = str(row.get("stageSemanticId") or "P")
        if place is not None and kind in place:
            place[kind] += 1
    return [
        {"name": each["name"], "work": each["P"], "won": each["S"], "lost": each["F"]}
        for each in counts.values()
    ]
