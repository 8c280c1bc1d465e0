"""Data sources of BI analytics; some errors of this module come with HTTP 200."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, mapped, records
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with access to the analyst's workplace")
FIELDS = ("id", "title", "active", "dateCreate")


@dataclass(frozen=True, slots=True)
class BiSource:
    __pydantic_config__ = CAMEL

    id: Text
    title: Text = ""
    active: Flag = False


@dataclass(frozen=True, slots=True)
class BiSources:
    rows: tuple[BiSource, ...]


@fact(
    Command("biconnector.source.list", {"select": list(FIELDS), "order": {"id": "ASC"}, "page": 1}),
    rank=34,
    scopes=("biconnector",),
    who=WHO,
)
def bi_sources(answer: Answer) -> BiSources:
    """Read biconnector.source.list (api-reference/biconnector/source/biconnector-source-list.md)."""
    wrap = next((key for key in ("sources", "items") if key in mapped(answer.result)), "")
    return BiSources(records(BiSource, answer.result, wrap))
