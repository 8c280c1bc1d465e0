"""Pages with settings of the shop, at the portal's own addresses of settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from sandbox.rest.table import Row
from sandbox.scenario.choices import kinds_of as table_names
from sandbox.screen.crm_pages import name_of
from sandbox.screen.visit import Visit, current
from sandbox.shop.switches import FLAGS

SECTIONS = (
    "/crm/configs/", "/shop/", "/sites/", "/contact_center/", "/telephony/", "/settings/", "/bizproc/", "/catalog/",
    "/saleshub/", "/bi/", "/services/", "/automation/", "/company/configs/", "/crm/tracking/", "/crm/webform/",
    "/crm/button/", "/mail/", "/docs/", "/configs/", "/openlines/", "/disk/", "/calendar/", "/devops/",
)  # fmt: skip
# Words of an address that name the kinds of settings it is about; the first that fits wins.
CLUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pay_system", ("pay_system", "paysystem", "/ps/", "payment", "invoice")),
    ("delivery", ("delivery",)),
    ("cashbox", ("cashbox", "check")),
    ("connector", ("connector", "contact_center")),
    ("phone_line", ("telephony", "voximplant")),
    ("line", ("line", "openlines")),
    ("template", ("bizproc", "automation")),
    ("bi_source", ("/bi/", "biconnector")),
    ("pipeline", ("pipeline", "category", "funnel", "tunnel")),
    ("stage", ("stage", "status")),
    ("site", ("site", "landing", "stores", "/shop/")),
)
NAMES = ("NAME", "name", "TITLE", "title", "LINE_NAME", "PSA_NAME", "description")
SHOWN = 100


def register(pages: Blueprint) -> None:
    """Put the settings on the screen, one rule per section of the portal."""
    pages.add_url_rule("/shop/settings/<kind>/", view_func=show_kind)
    for place, section in enumerate(SECTIONS):
        pages.add_url_rule(section, view_func=show_path, endpoint=f"settings_{place}")
        pages.add_url_rule(f"{section}<path:rest>", view_func=show_path, endpoint=f"settings_below_{place}")


def show_kind(kind: str) -> str:
    """Render settings of one kind, or guess the kind from a longer address."""
    return _page([kind]) if kind in kinds_of(current()) else show_path()


def show_path(rest: str = "") -> str:
    """Render what an address is about: the guessed kind, or everything."""
    del rest
    guessed = guess_kinds(request.path)
    known = kinds_of(current())
    return _page([kind for kind in guessed if kind in known] or known)


def guess_kinds(path: str) -> list[str]:
    """Return the kinds of settings an address is about; pipelines include their stages."""
    plain = path.removeprefix("/shop/settings").lower()
    found = next((kind for kind, words in CLUES if any(word in plain for word in words)), "")
    return {"": [], "pipeline": ["pipeline", "stage"], "connector": ["connector", "line"]}.get(found, [found])


def kinds_of(visit: Visit) -> list[str]:
    """Return the kinds of settings this portal has and can switch or delete."""
    return list(table_names(visit.portal))


def rows_of(visit: Visit, kind: str) -> list[dict[str, Any]]:
    """Return settings of a kind with their switch: on, off, or none at all."""
    table = visit.portal.tables[table_names(visit.portal)[kind]]
    return [_row(table.key, row, kind) for row in list(table)[:SHOWN]]


def _page(chosen: list[str]) -> str:
    visit = current()
    tabs = [
        {"code": kind, "name": visit.say(f"kind_{kind}"), "current": chosen == [kind]}
        for kind in kinds_of(visit)
    ]
    groups = [
        {"code": kind, "name": visit.say(f"kind_{kind}"), "rows": rows_of(visit, kind)} for kind in chosen
    ]
    heading = groups[0]["name"] if len(groups) == 1 else visit.say("settings")
    own = request.path.startswith("/shop/settings/") and request.path.count("/") <= 4
    return render_template(
        "settings.html", heading=heading, kinds=tabs, groups=groups, path="" if own else request.path
    )


def _row(key: str, row: Row, kind: str) -> dict[str, Any]:
    flag = next((name for name in FLAGS if name in row), None)
    name = next((str(row[each]) for each in NAMES if row.get(each)), name_of(row))
    hint = str(row.get("ACTION_FILE") or row.get("ENTITY_ID") or row.get("DOMAIN_NAME") or "")
    return {
        "id": row[key],
        "name": name,
        "hint": hint,
        "on": None if flag is None or kind in {"stage", "pipeline"} else row[flag] in (True, "Y", "1", 1),
    }
