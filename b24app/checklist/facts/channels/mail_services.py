"""Mail services that mailboxes can be connected to; mailboxes themselves are not returned."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class MailServices:
    names: tuple[str, ...]


NONE_ACTIVE = MailServices(())


@fact(Command("mailservice.list", {}), rank=37, scopes=("mailservice",), means={"ERROR_CORE": NONE_ACTIVE})
def mail_services(answer: Answer) -> MailServices:
    """Read mailservice.list (api-reference/mailservice/mailservice-list.md)."""
    names = (str(row.get("NAME", "")) for row in listed(answer.result) if row.get("ACTIVE", "Y") == "Y")
    return MailServices(tuple(sorted(names)))
