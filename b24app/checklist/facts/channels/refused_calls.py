"""Calls of thirty days that were refused for money, a block or a ban: how many of each, and when the last one was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Moment, counted, records
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import JsonObject
from b24app.text.messages import N_

WHO = N_("user with the telephony right to see call statistics")
NO_MONEY, BLOCKED, FORBIDDEN = "402", "423", "403"
LOOKED_BACK = timedelta(days=30)
CODES = (NO_MONEY, BLOCKED, FORBIDDEN)


@dataclass(frozen=True, slots=True)
class RefusedCall:
    __pydantic_config__ = UPPER

    call_start_date: Moment = None


@dataclass(frozen=True, slots=True)
class RefusedCalls:
    """How many calls ended with each code, all of them counted by the portal, and the moment of the newest."""

    counts: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, datetime] = field(default_factory=dict)

    def since(self, moment: datetime, *codes: str) -> tuple[str, ...]:
        """Those of the codes with which a call has ended since then."""
        return tuple(code for code in codes if code in self.last and self.last[code] >= moment)


def _calls(asking: Asking) -> dict[str, Command]:
    since = (asking.now - LOOKED_BACK).isoformat(timespec="seconds")
    query: JsonObject = {"SORT": "ID", "ORDER": "DESC", "start": 0}
    return {
        code: Command(
            "voximplant.statistic.get",
            {"FILTER": {">=CALL_START_DATE": since, "CALL_FAILED_CODE": code}, **query},
        )
        for code in CODES
    }


@facts_of(_calls, "voximplant.statistic.get", rank=124, scopes=("telephony",), who=WHO)
def refused_calls(answers: Mapping[str, Answer], _asking: Asking) -> RefusedCalls:
    """Read totals of voximplant.statistic.get by CALL_FAILED_CODE (api-reference/telephony/voximplant/...-statistic-get.md)."""
    newest = {code: next(iter(records(RefusedCall, answer.result)), None) for code, answer in answers.items()}
    last = {code: row.call_start_date for code, row in newest.items() if row and row.call_start_date}
    return RefusedCalls({code: counted(answer) for code, answer in answers.items()}, last)
