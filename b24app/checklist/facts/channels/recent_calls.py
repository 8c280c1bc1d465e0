"""Calls of the last seven days: how many there were, and the newest fifty; refused ones are in `refused_calls`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Moment, Text, records
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import JsonObject
from b24app.text.messages import N_

WHO = N_("user with the telephony right to see call statistics")


@dataclass(frozen=True, slots=True)
class PhoneCall:
    __pydantic_config__ = UPPER

    call_failed_code: Text = ""
    call_start_date: Moment = None
    rest_app_name: Text = ""
    portal_number: Text = ""


@dataclass(frozen=True, slots=True)
class RecentCalls:
    rows: tuple[PhoneCall, ...]
    total: int | None = None


def _calls(asking: Asking) -> dict[str, Command]:
    since = (asking.now - timedelta(days=7)).isoformat(timespec="seconds")
    query: JsonObject = {"FILTER": {">=CALL_START_DATE": since}, "SORT": "ID", "ORDER": "DESC", "start": 0}
    return {"": Command("voximplant.statistic.get", query)}


@facts_of(_calls, "voximplant.statistic.get", rank=30, scopes=("telephony",), who=WHO, second=False)
def recent_calls(answers: Mapping[str, Answer], _asking: Asking) -> RecentCalls:
    """Read voximplant.statistic.get (api-reference/telephony/voximplant/voximplant-statistic-get.md)."""
    answer = answers[""]
    return RecentCalls(records(PhoneCall, answer.result), answer.total)
