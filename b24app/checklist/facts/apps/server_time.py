"""The portal's own clock."""

from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact
from b24app.errors import AnswerBroken


@dataclass(frozen=True, slots=True)
class ServerTime:
    now: datetime


@fact(Command("server.time", {}), rank=50)
def server_time(answer: Answer) -> ServerTime:
    """Read server.time (api-reference/common/system/server-time.md)."""
    try:
        return ServerTime(datetime.fromisoformat(str(answer.result)))
    except ValueError as error:
        raise AnswerBroken("unexpected_shape", "server.time is an ISO moment") from error
