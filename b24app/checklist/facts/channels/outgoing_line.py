"""The line that employees call from unless they choose another."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with the telephony right to change numbers")


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    id: str


@fact(Command("voximplant.line.outgoing.get", {}), rank=49, scopes=("telephony",), who=WHO)
def outgoing_line(answer: Answer) -> OutgoingLine:
    """Read voximplant.line.outgoing.get (api-reference/telephony/voximplant/lines/...-get.md)."""
    return OutgoingLine(str(answer.result or ""))
