"""Pages of payment: my plan, all plans, the Marketplace subscription, orders."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.plan import FREE, marketplace_active
from sandbox.portal import Portal
from sandbox.screen.layout import STATE_TONES
from sandbox.screen.visit import Visit, current, show_date

# Names of the plans the vendor sells; codes as in app.info (portal-protocol §3.1).
PLAN_NAMES: dict[str, tuple[str, str]] = {
    "project": ("Бесплатный", "Free"),
    "basic": ("Базовый", "Basic"),
    "std": ("Стандартный", "Standard"),
    "pro100": ("Профессиональный", "Professional"),
    "ent250": ("Энтерпрайз 250", "Enterprise 250"),
    "ent500": ("Энтерпрайз 500", "Enterprise 500"),
    "ent1000": ("Энтерпрайз 1000", "Enterprise 1000"),
    "selfhosted": ("Коробочная версия", "On-premise edition"),
}
FOR_SALE = ("basic", "std", "pro100", "ent250", "ent500", "ent1000")


def register(pages: Blueprint) -> None:
    """Put the pages about paying on the screen."""
    pages.add_url_rule("/settings/license.php", view_func=show_my_plan)
    pages.add_url_rule("/settings/license_all.php", view_func=show_all_plans)
    pages.add_url_rule("/settings/license_demo.php", view_func=show_all_plans, endpoint="demo_plan")
    pages.add_url_rule("/settings/order/", view_func=show_orders)
    pages.add_url_rule("/settings/order/make.php", view_func=show_orders, endpoint="make_order")


def show_my_plan() -> Response | str:
    """Render the plan for the administrator; others are led to all plans."""
    if not current().admin:
        return redirect("/settings/license_all.php")
    return _page("plan")


def show_all_plans() -> str:
    """Render plans one may switch to, or the Marketplace subscription alone."""
    visit = current()
    if request.args.get("subscr") == "o":
        return _page("subscription")
    return _page("all_plans", plans=[] if visit.portal.profile == "box" else _for_sale(visit))


def show_orders() -> str:
    """Render what was bought in this sandbox."""
    return _page("my_orders", orders=list(reversed(orders_of(current().portal))))


def orders_of(portal: Portal) -> list[str]:
    """Return the list of purchases, newest last."""
    kept: list[str] = portal.extra.setdefault("purchases", [])
    return kept


def note_purchase(visit: Visit, title: str, till: date) -> None:
    """Remember a purchase for the page of orders."""
    orders_of(visit.portal).append(
        f"{show_date(visit.today)} · {title} · {visit.say('plan_till', date=show_date(till))}"
    )


def plan_name(code: str, lang: str) -> str:
    """Return a plan's name by its code, with or without the language in front."""
    bare = code.partition("_")[2] or code
    names = PLAN_NAMES.get(bare)
    return names[0 if lang == "ru" else 1] if names else code


def _page(heading: str, **more: Any) -> str:
    visit = current()
    return render_template(
        "plan.html",
        heading=visit.say(heading),
        plan=_plan(visit),
        market=_market(visit),
        **{"plans": [], "orders": None, **more},
    )


def _plan(visit: Visit) -> dict[str, Any]:
    portal = visit.portal
    endless = portal.plan.endswith(f"_{FREE}")
    return {
        "name": plan_name(portal.plan, visit.lang),
        "till": "" if endless else show_date(portal.paid_till),
        "days": None if endless else (portal.paid_till - visit.today).days,
        "state": visit.say(f"state_{portal.state}"),
        "tone": STATE_TONES[portal.state],
        "box": portal.profile == "box",
    }


def _market(visit: Visit) -> dict[str, str]:
    active = marketplace_active(visit.portal)
    paid = visit.portal.marketplace_till >= visit.today
    return {
        "till": show_date(visit.portal.marketplace_till),
        "state": visit.say(
            "state_active" if active else "subscription_idle" if paid else "subscription_ended"
        ),
        "tone": "good" if active else "bad",
    }


def _for_sale(visit: Visit) -> list[dict[str, Any]]:
    prefix = visit.portal.paid_plan.partition("_")[0]
    return [
        {
            "code": f"{prefix}_{bare}",
            "name": plan_name(bare, visit.lang),
            "current": visit.portal.plan == f"{prefix}_{bare}",
        }
        for bare in FOR_SALE
    ]
