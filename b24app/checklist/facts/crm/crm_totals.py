"""How much the CRM holds, and how many of the records that the baseline counted are still there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted, listed
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.checklist.engine.record_counts import Total
from b24app.json_values import Json

KINDS = {"leads": 1, "deals": 2, "contacts": 3, "companies": 4, "quotes": 7, "invoices": 31}
KEPT = "kept_"


@dataclass(frozen=True, slots=True)
class CrmTotals:
    """A kind that the portal does not use, or does not show to us or did not count, is absent."""

    HAS_GROWN: ClassVar[bool] = True
    totals: Mapping[str, Total]
    deals_30: int | None = None


@dataclass(frozen=True, slots=True)
class SmartTotals:
    """Elements of smart processes by entity type."""

    totals: Mapping[str, Total] = field(default_factory=dict)


def _list(kind: int, **more: Json) -> Command:
    query = {"entityTypeId": kind, "select": ["id"], "order": {"id": "DESC"}, "start": 0, **more}
    return Command("crm.item.list", query)


def _counts(kinds: Mapping[str, int], before: Mapping[str, Total]) -> dict[str, Command]:
    """Counts of all of a kind, and of those in the baseline: ids rise with time, so its newest id separates old from new."""
    calls = {name: _list(kind) for name, kind in kinds.items()}
    known = {name: total.max_id for name, total in before.items() if name in kinds and total.max_id}
    return calls | {
        KEPT + name: _list(kinds[name], filter={"<=id": newest}) for name, newest in known.items()
    }


def _totals(
    answers: Mapping[str, Answer], kinds: Mapping[str, int], before: Mapping[str, Total]
) -> dict[str, Total]:
    found = {}
    for name in kinds:
        answer, kept = answers.get(name), answers.get(KEPT + name)
        if answer is None or answer.total is None:
            continue
        rows = listed(answer.result, "items")
        newest = int(str(rows[0].get("id", 0))) if rows else 0
        known = kept is not None and kept.total is not None and name in before
        found[name] = Total(
            counted(answer),
            newest,
            kept.total if kept and known else None,
            before[name].max_id if known else None,
        )
    return found


def _known_crm(asking: Asking) -> Mapping[str, Total]:
    before = asking.baseline.facts.of(CrmTotals)
    return before.totals if before else {}


def _calls(asking: Asking) -> dict[str, Command]:
    since = (asking.now - timedelta(days=30)).isoformat(timespec="seconds")
    calls = _counts(KINDS, _known_crm(asking))
    return {**calls, "deals_30": _list(KINDS["deals"], filter={">=createdTime": since})}


@facts_of(_calls, "crm.item.list", rank=111, scopes=("crm",), partial=True)
def crm_totals(answers: Mapping[str, Answer], asking: Asking) -> CrmTotals:
    """Read totals of crm.item.list (api-reference/crm/universal/crm-item-list.md)."""
    recent = answers.get("deals_30")
    return CrmTotals(_totals(answers, KINDS, _known_crm(asking)), None if recent is None else recent.total)


def _types(asking: Asking) -> dict[str, int]:
    rows = asking.found.values["smart_processes"].rows
    return {row.entity_type_id: int(row.entity_type_id) for row in rows if row.entity_type_id.isdigit()}


def _known_smart(asking: Asking) -> Mapping[str, Total]:
    before = asking.baseline.facts.of(SmartTotals)
    return before.totals if before else {}


def _smart_calls(asking: Asking) -> dict[str, Command]:
    return _counts(_types(asking), _known_smart(asking))


@facts_of(_smart_calls, "crm.item.list", rank=214, scopes=("crm",), uses=("smart_processes",), partial=True)
def smart_totals(answers: Mapping[str, Answer], asking: Asking) -> SmartTotals:
    """Read totals of crm.item.list of every smart process."""
    return SmartTotals(_totals(answers, _types(asking), _known_smart(asking)))
