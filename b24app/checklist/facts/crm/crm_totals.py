"""How much the CRM holds: the numbers a backup is reconciled with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted, listed
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import Json

KINDS = {"leads": 1, "deals": 2, "contacts": 3, "companies": 4, "invoices": 31}


@dataclass(frozen=True, slots=True)
class Total:
    count: int
    max_id: int


@dataclass(frozen=True, slots=True)
class CrmTotals:
    """A kind that the portal does not use, or does not show to us or did not count, is absent."""

    totals: Mapping[str, Total]
    deals_30: int | None = None


def _list(kind: int, **more: Json) -> Command:
    query = {"entityTypeId": kind, "select": ["id"], "order": {"id": "DESC"}, "start": 0, **more}
    return Command("crm.item.list", query)


def _calls(asking: Asking) -> dict[str, Command]:
    since = (asking.now - timedelta(days=30)).isoformat(timespec="seconds")
    calls = {name: _list(kind) for name, kind in KINDS.items()}
    return {**calls, "deals_30": _list(KINDS["deals"], filter={">=createdTime": since})}


def _total(answer: Answer) -> Total:
    rows = listed(answer.result, "items")
    return Total(counted(answer), int(str(rows[0].get("id", 0))) if rows else 0)


@facts_of(_calls, "crm.item.list", rank=111, scopes=("crm",), partial=True)
def crm_totals(answers: Mapping[str, Answer], _asking: Asking) -> CrmTotals:
    """Read totals of crm.item.list (api-reference/crm/universal/crm-item-list.md)."""
    recent = answers.get("deals_30")
    totals = {
        name: _total(answer) for name, answer in answers.items() if name in KINDS and answer.total is not None
    }
    return CrmTotals(totals, None if recent is None else recent.total)
