"""Abilities of REST that depend on the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import Asking, facts_of

CODES = ("rest_offline_extended", "rest_auth_connector")


@dataclass(frozen=True, slots=True)
class Features:
    on: Mapping[str, bool]


def _calls(_asking: Asking) -> dict[str, Command]:
    return {code: Command("feature.get", {"CODE": code}) for code in CODES}


@facts_of(_calls, "feature.get", rank=38, second=False)
def features(answers: Mapping[str, Answer], _asking: Asking) -> Features:
    """Read feature.get (api-reference/common/system/feature-get.md); no other code is accepted."""
    return Features({code: mapped(answer.result).get("value") == "Y" for code, answer in answers.items()})
