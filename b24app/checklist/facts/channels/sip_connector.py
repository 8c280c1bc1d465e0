"""The SIP connector: the only expiry date in the whole of the portal's answers."""

from dataclasses import dataclass
from datetime import date, datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with the telephony right to change numbers")


@dataclass(frozen=True, slots=True)
class SipConnector:
    paid: bool
    paid_until: date | None
    free_minutes: int


def _day(value: object) -> date | None:
    """An ISO moment, or the regional day.month.year that portals in Russian write."""
    for read in (datetime.fromisoformat, lambda text: datetime.strptime(text[:10], "%d.%m.%Y")):  # noqa: DTZ007
        try:
            return read(str(value)).date()
        except ValueError:
            continue
    return None


@fact(Command("voximplant.sip.connector.status", {}), rank=29, scopes=("telephony",), who=WHO)
def sip_connector(answer: Answer) -> SipConnector:
    """Read voximplant.sip.connector.status (api-reference/telephony/voximplant/sip/...-status.md)."""
    row = mapped(answer.result)
    minutes = str(row.get("FREE_MINUTES") or 0)
    return SipConnector(
        row.get("PAID") in {True, "Y"},
        _day(row.get("PAID_DATE_END")),
        int(minutes) if minutes.isdigit() else 0,
    )
