"""Whether people named by lines and the register still work here: those in queues, owners of webhooks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from b24app.bitrix24.list_methods import PAGE
from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Text, records
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.checklist.engine.own_facts import Register

SCOPES = ("user_brief", "user_basic", "user")


@dataclass(frozen=True, slots=True)
class NamedPerson:
    __pydantic_config__ = UPPER

    id: Text
    active: Flag = False


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """By id; bots, integrators and system users are not returned by the portal and so are absent."""

    active: Mapping[str, bool]

    def is_dismissed(self, user_id: object) -> bool:
        """Whether the portal returns this person as dismissed; False for one that it does not return."""
        return self.active.get(str(user_id)) is False

    def all_dismissed(self, user_ids: Iterable[str]) -> bool:
        """Whether there is at least one of them, and all are dismissed."""
        ids = tuple(user_ids)
        return bool(ids) and all(self.is_dismissed(one) for one in ids)


def _named(asking: Asking) -> list[str]:
    lines, register = asking.found.values.get("open_lines"), asking.found.of(Register)
    queued = (one for line in (lines.active() if lines else ()) for one in line.queue)
    owners = (str(row.owner_id) for row in (register.rows if register else ()) if row.owner_id)
    return sorted({*queued, *owners} - {""})


def _calls(asking: Asking) -> dict[str, Command]:
    people = _named(asking)
    parts = {start: people[start : start + PAGE] for start in range(0, len(people), PAGE)}
    return {
        str(start): Command(
            "user.get",
            {"FILTER": {"@ID": part}, "ADMIN_MODE": True, "sort": "ID", "order": "ASC", "select": ["ID", "ACTIVE"], "start": 0},
        )
        for start, part in parts.items()
    }  # fmt: skip


# `me` only proves that the portal answers: where no person is named nothing is asked, and that is no answer of its own.
@facts_of(_calls, "user.get", rank=118, scopes=SCOPES, uses=("me",))
def named_people(answers: Mapping[str, Answer], _asking: Asking) -> NamedPeople:
    """Read user.get with @ID (api-reference/user/user-get.md): ACTIVE is false for the dismissed."""
    rows = [row for answer in answers.values() for row in records(NamedPerson, answer.result)]
    return NamedPeople({row.id: row.active for row in rows})
