"""Active employees: how many there are, and who among the first fifty has been away for long."""

from dataclasses import dataclass

from b24app.checklist.fact import fact
from b24app.checklist.reading import UPPER, Moment, Text, records
from b24app.wire.answers import Answer, Command

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


@fact(
    Command(
        "user.get",
        {
            "FILTER": {"ACTIVE": True, "USER_TYPE": "employee"},
            "ADMIN_MODE": True,
            "sort": "ID",
            "order": "ASC",
            "select": list(FIELDS),
            "start": 0,
        },
    ),
    rank=21,
    scopes=SCOPES,
)
def employees(answer: Answer) -> Employees:
    """Read user.get (api-reference/user/user-get.md): the total is the answer."""
    first = records(Employee, answer.result)
    return Employees(len(first) if answer.total is None else answer.total, first)
