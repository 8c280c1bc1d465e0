"""Areas, rows, chips and phases of the checklist in the shapes that the macros draw."""

from itertools import zip_longest
from typing import Any

from flask_babel import gettext

from b24app.checklist.engine.board import PHASES, AreaView, ChecklistView, CheckView, ProgressView
from b24app.checklist.engine.check import Area
from b24app.checklist.engine.judge import Readiness
from b24app.checklist.engine.verdict import Evidence, Level
from b24app.text.messages import N_
from b24app.web.formats import moment, words

SHAPES = {
    Area.BACKUP: "database", Area.CRM: "funnel", Area.PAYMENTS: "card", Area.DELIVERY: "truck",
    Area.MARKETPLACES: "store", Area.CATALOGUE: "copy", Area.SITE: "chart", Area.CHANNELS: "phone",
    Area.PLAN: "users", Area.APPS: "plug",
}  # fmt: skip
OPEN_LEVELS = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)
COUNTED = (Level.PASS, Level.WARN, Level.FAIL, Level.ASK, Level.UNKNOWN)
CHIPS = {
    Level.FAIL: N_("Blocking"),
    Level.WARN: N_("Notes"),
    Level.ASK: N_("Need an answer"),
    Level.UNKNOWN: N_("Not checked"),
    Level.PASS: N_("Passed"),
}
THEN = "In the snapshot"
FAST_SECONDS, MEDIUM_SECONDS = 15, 60


def draw_area(area: AreaView) -> dict[str, Any]:
    """One area of the list and of the sections."""
    return {
        "code": str(area.area),
        "title": gettext(area.title),
        "shape": SHAPES[area.area],
        "done": area.passed,
        "total": area.total,
        "counts": [(str(level), area.counts[level]) for level in OPEN_LEVELS if area.counts.get(level)],
        "state": "",
        "open": any(row.is_open for row in area.checks),
    }


def draw_check(row: CheckView, run_id: int | None = None) -> dict[str, Any]:
    """One row, with what its unfolded form tells; a run is named when it is not the newest finished one."""
    query = f"run={run_id}" if run_id else ""
    url = f"/checklist/check/{row.code}"
    return {
        "code": row.code,
        "verdict": str(row.level),
        "title": words(row.title),
        "fact": words(row.line) if row.line else "",
        "url": f"{url}?{query}" if query else url,
        "close_url": f"{url}?fold&{query}".removesuffix("&"),
        "seen": [_seen(one, nxt) for one, nxt in zip_longest(row.evidence, row.evidence[1:])],
        "why": gettext(row.why) if row.why else "",
        "remedy": _remedy(row),
        "technical": gettext("code of the check: %(code)s", code=row.code),
    }


def _remedy(row: CheckView) -> str:
    if row.level is Level.PASS:
        return ""
    place = gettext("Where to look: %(place)s", place=gettext(row.place)) + "." if row.place else ""
    return " ".join(part for part in (gettext(row.remedy) if row.remedy else "", place) if part)


def _seen(one: Evidence, following: Evidence | None) -> dict[str, Any]:
    """One thing seen; an arrow leads from the snapshot to the present."""
    label = gettext(one.label)
    return {
        "label": f"{label}, {moment(one.at)}" if one.at else label,
        "value": words(one.sentence),
        "level": str(one.level) if one.level else "",
        "arrow": one.label == THEN and following is not None,
    }


def draw_chips(view: ChecklistView) -> list[dict[str, Any]]:
    """Filters with their numbers; one that would show nothing is left out."""
    counts = view.readiness.counts
    every = sum(counts.values())
    chips: list[dict[str, Any]] = [{"code": "all", "title": gettext("All"), "count": every, "current": True}]
    for level, title in CHIPS.items():
        if counts.get(level):
            chips.append(
                {"code": str(level), "title": gettext(title), "count": counts[level], "verdict": str(level)}
            )
    return chips


def draw_parts(ready: Readiness) -> list[tuple[str, int]]:
    """Verdicts in order with their numbers."""
    return [(str(level), ready.counts.get(level, 0)) for level in COUNTED]


def draw_phases(progress: ProgressView) -> list[dict[str, str]]:
    """The steps of a run: done, now, ahead."""
    names = [name for name in PHASES if name != "done"]
    place = names.index(progress.phase) if progress.phase in names else len(names)
    states = ("done" if n < place else "now" if n == place else "ahead" for n in range(len(names)))
    return [
        {"title": gettext(PHASES[name][0]), "text": "", "state": state}
        for name, state in zip(names, states, strict=True)
    ]


def pace_of(seconds: float) -> str:
    """How often to poll: each second, then every two, after a minute every five (look.md §6)."""
    return "1s" if seconds < FAST_SECONDS else "2s" if seconds < MEDIUM_SECONDS else "5s"
