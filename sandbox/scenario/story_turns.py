"""What each turn of the story does to the portal; nothing here depends on the application, and any order of turns works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.scenario.choices import find_card
from sandbox.scenario.story_texts import STORY
from sandbox.shop import seed
from sandbox.shop.new_orders import table_now

FIRST_DAYS, SUBSCRIPTION_DAYS = 30, 365
WEEKS, NEAREST = 21, 9
FARTHEST = 60
"""Days of time that one turn moves at most: a year at once would be unrealistic."""
LOST = "story_lost"


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """The outcome of a turn: a text by its key with its values; `done` is false where there was nothing to do."""

    key: str
    values: dict[str, str] = field(default_factory=dict)
    done: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its code, by which its texts are found, and what it does."""

    code: str
    play: Callable[[Portal], TurnOutcome]


def days_left(portal: Portal) -> int:
    """Days until the last paid day; negative when it is over."""
    return (portal.paid_till - portal.today()).days


def begin_anew(portal: Portal) -> None:
    """Put the portal back to the day before the story: no application, a shop drawn anew, a month of the plan left.

    Failures first: a deleted portal would not send the application the event to erase its data.
    """
    portal.faults.forgive()
    portal.restore()
    portal.forced_state = ""
    portal.paid_till = portal.today() + timedelta(days=FIRST_DAYS)
    portal.marketplace_till = portal.today() + timedelta(days=SUBSCRIPTION_DAYS)
    for row in list(portal.installations.values()):
        if row.active:
            portal.uninstall(row.card, clean=True)
    deals = len(portal.tables["deal"].ids) if portal.extra.get("counted") else 0
    portal.withheld_rights.clear()
    portal.hidden_frame_fields = ()
    portal.extra.clear()
    seed(portal, deals)


def _install(portal: Portal) -> TurnOutcome:
    if not any(row.active for row in portal.installations.values()):
        portal.add_application(find_card(portal, None, installed=False))
    return TurnOutcome("did_installed")


def _day(portal: Portal) -> TurnOutcome:
    before = len(table_now(portal, "order"))
    portal.world.clock.advance(days=1)
    orders = len(table_now(portal, "order")) - before
    return TurnOutcome("did_day", {"orders": str(orders), "left": str(max(0, days_left(portal)))})


def _weeks(portal: Portal) -> TurnOutcome:
    days = min(WEEKS, days_left(portal) - NEAREST)
    if days <= 0:
        return TurnOutcome("did_near")
    portal.world.clock.advance(days=days)
    return TurnOutcome("did_weeks", {"days": str(days), "left": str(days_left(portal))})


def _breaks(portal: Portal) -> TurnOutcome:
    ways = [row for row in portal.tables["paysystem"] if row["ACTIVE"] == "Y"]
    row = next((row for row in ways if row["IS_CASH"] == "N"), ways[0] if ways else None)
    if row is None:
        return TurnOutcome("did_no_pay_system", done=False)
    portal.switch_off("pay_system", row["ID"])
    _lost(portal)["pay_system"] = row["ID"]
    return TurnOutcome("did_off", {"name": str(row["NAME"])})


def _pays(portal: Portal) -> TurnOutcome:
    line = STORY["paid_line"][0 if portal.lang == "ru" else 1]
    portal.extra.setdefault("purchases", []).append(f"{portal.today():%d.%m.%Y} · {line}")
    return TurnOutcome("did_paid")


def _ends(portal: Portal) -> TurnOutcome:
    if portal.state != "active":
        return TurnOutcome("did_not_active")
    days = days_left(portal) + 1
    if days > FARTHEST:
        portal.enter_grace()
    else:
        portal.world.clock.advance(days=days)
    return TurnOutcome("did_ended", {"till": f"{portal.paid_till:%d.%m.%Y}"})


def _activates(portal: Portal) -> TurnOutcome:
    portal.renew(None, 12)
    portal.renew_marketplace(12)
    return TurnOutcome("did_renewed", {"till": f"{portal.paid_till:%d.%m.%Y}"})


def _loses(portal: Portal) -> TurnOutcome:
    stage = next((row for row in portal.tables["status"] if _is_own_stage(row)), None)
    delivery = _first_on(portal, "delivery")
    if stage is None or delivery is None:
        return TurnOutcome("did_nothing_to_lose", done=False)
    portal.remove("stage", stage["ID"])
    portal.switch_off("delivery", delivery["ID"])
    _lost(portal).update(stage=dict(stage), delivery=delivery["ID"])
    return TurnOutcome("did_lost", {"stage": str(stage["NAME"]), "delivery": str(delivery["NAME"])})


def _returns(portal: Portal) -> TurnOutcome:
    lost = portal.extra.pop(LOST, {})
    found = [
        _switch_back(portal, kind, table, lost.get(kind))
        for kind, table in (("pay_system", "paysystem"), ("delivery", "delivery"))
    ]
    names = [name for name in (*found, _stage_back(portal, lost.get("stage"))) if name]
    return TurnOutcome("did_returned", {"names": ", ".join(names)}) if names else TurnOutcome("did_all_there")


def _lost(portal: Portal) -> dict[str, object]:
    kept: dict[str, object] = portal.extra.setdefault(LOST, {})
    return kept


def _first_on(portal: Portal, table: str) -> Row | None:
    return next((row for row in portal.tables[table] if row["ACTIVE"] == "Y"), None)


def _is_own_stage(row: Row) -> bool:
    """A stage of deals in work that the shop has named itself: the portal lets people delete it."""
    return row["ENTITY_ID"] == "DEAL_STAGE" and row["SYSTEM"] == "N" and not row["SEMANTICS"]


def _switch_back(portal: Portal, kind: str, table: str, row_id: object) -> str:
    """Switch on what a turn switched off; what was deleted or switched on meanwhile is left as it is."""
    row = portal.tables[table].get(row_id) if row_id is not None else None
    if row is None or row["ACTIVE"] == "Y":
        return ""
    portal.switch_on(kind, row_id)
    return str(row["NAME"])


def _stage_back(portal: Portal, stage: Row | None) -> str:
    """Put a stage back unless it is there again, put back from the application under another number."""
    if stage is None:
        return ""
    table = portal.tables["status"]
    same = (stage["ENTITY_ID"], stage["STATUS_ID"])
    if stage["ID"] in table or any((row["ENTITY_ID"], row["STATUS_ID"]) == same for row in table):
        return ""
    table.add(stage)
    return str(stage["NAME"])


TURNS = (
    Turn("install", _install),
    Turn("day", _day),
    Turn("weeks", _weeks),
    Turn("breaks", _breaks),
    Turn("pays", _pays),
    Turn("ends", _ends),
    Turn("activates", _activates),
    Turn("loses", _loses),
    Turn("returns", _returns),
)
