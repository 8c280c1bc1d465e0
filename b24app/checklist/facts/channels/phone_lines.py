"""Phone lines by their id: cloud, office and rented ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with the telephony right to change numbers")


@dataclass(frozen=True, slots=True)
class PhoneLines:
    names: Mapping[str, str]


@fact(Command("voximplant.line.get", {}), rank=28, scopes=("telephony",), who=WHO)
def phone_lines(answer: Answer) -> PhoneLines:
    """Read voximplant.line.get (api-reference/telephony/voximplant/lines/voximplant-line-get.md)."""
    return PhoneLines({str(key): str(name) for key, name in mapped(answer.result).items()})
