"""Active employees: how many there are, and when the first fifty were here; the others are in `more_employees`."""

from dataclasses import dataclass

from b24app.bitrix24.list_methods import PAGE
from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Moment, Text, counted, records
from b24app.checklist.engine.fact import fact
from b24app.json_values import JsonObject

SCOPES = ("user", "user_brief", "user_basic")
FIELDS = ("ID", "LAST_ACTIVITY_DATE")


@dataclass(frozen=True, slots=True)
class Employee:
    __pydantic_config__ = UPPER

    id: Text
    last_activity_date: Moment = None


@dataclass(frozen=True, slots=True)
class Employees:
    total: int
    first: tuple[Employee, ...]


def page_of_employees(start: int) -> Command:
    """The call for one page of active employees."""
    query: JsonObject = {
        "FILTER": {"ACTIVE": True, "USER_TYPE": "employee"},
        "ADMIN_MODE": True,
        "sort": "ID",
        "order": "ASC",
        "select": list(FIELDS),
        "start": start,
    }
    return Command("user.get", query)


@fact(page_of_employees(0), rank=21, scopes=SCOPES)
def employees(answer: Answer) -> Employees:
    """Read user.get (api-reference/user/user-get.md): the total is the answer; a short page counts itself."""
    first = records(Employee, answer.result)
    whole = answer.total is None and len(first) < PAGE
    return Employees(len(first) if whole else counted(answer), first)
