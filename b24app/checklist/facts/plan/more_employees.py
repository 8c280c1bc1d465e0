"""Active employees after the first fifty, page by page, as far as the requests of a run have room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.list_methods import PAGE
from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import records
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.checklist.facts.plan.employees import SCOPES, Employee, Employees, page_of_employees

People = tuple[Employee, ...]


@dataclass(frozen=True, slots=True)
class MoreEmployees:
    """By the offset of the page; `asked_at` holds the moments of pages that this run did not ask for."""

    pages: Mapping[str, People] = field(default_factory=dict)
    asked_at: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def people(self) -> People:
        """Those of them that were looked at."""
        return tuple(person for page in self.pages.values() for person in page)


def _earlier(asking: Asking) -> EarlierAnswers[People]:
    return earlier_answers(asking, MoreEmployees, lambda fact: fact.pages)


def _no_calls(_asking: Asking) -> dict[str, Command]:
    """A seat that nobody uses can wait for room."""
    return {}


def _pages(asking: Asking) -> dict[str, Command]:
    employees: Employees = asking.found.values["employees"]
    offsets = (str(start) for start in range(PAGE, employees.total, PAGE))
    return {offset: page_of_employees(int(offset)) for offset in _earlier(asking).longest_ago_first(offsets)}


@facts_of(_no_calls, "user.get", rank=207, scopes=SCOPES, uses=("employees",), partial=True, spare=_pages)
def more_employees(answers: Mapping[str, Answer], asking: Asking) -> MoreEmployees:
    """Read further pages of user.get (api-reference/user/user-get.md): start=50, 100 and so on."""
    found = {offset: records(Employee, answer.result) for offset, answer in answers.items()}
    return MoreEmployees(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
