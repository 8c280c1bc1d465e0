"""Settings of all pay systems: filled or not, signs of test mode, a fingerprint; never a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import digest, is_blank, mapped
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import CRM_ADMIN, Asking, facts_of
from b24app.checklist.engine.pay_test_signs import signs_of

OFF_EVERY = timedelta(days=2)
"""How long a system that is switched off may wait for room in a request."""


@dataclass(frozen=True, slots=True)
class PaySettings:
    """One system's settings by their codes: `empty` lists codes without a value, `test_signs` kinds of signs."""

    filled: tuple[str, ...]
    empty: tuple[str, ...]
    test_mode: bool
    fingerprint: str
    test_signs: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether the portal shows any setting of this system at all."""
        return bool(self.filled or self.empty)


@dataclass(frozen=True, slots=True)
class PaySettingsById:
    """By the id of the system; `asked_at` holds the moments of those that this run did not ask about."""

    systems: Mapping[str, PaySettings]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)


def _earlier(asking: Asking) -> EarlierAnswers[PaySettings]:
    return earlier_answers(asking, PaySettingsById, lambda fact: fact.systems)


def _calls(asking: Asking) -> dict[str, Command]:
    """Every system that takes orders; one that is off may be switched on, so it is asked about too, but may wait."""
    systems = asking.found.values["pay_systems"].systems
    at_work = [one.id for one in systems if one.takes_orders]
    due = _earlier(asking).due((one.id for one in systems if not one.takes_orders), asking.now, OFF_EVERY)
    return _asked([*_earlier(asking).longest_ago_first(at_work), *due])


def _spare(asking: Asking) -> dict[str, Command]:
    """All of them when there is room."""
    return _asked(one.id for one in asking.found.values["pay_systems"].systems)


def _asked(ids: Iterable[str]) -> dict[str, Command]:
    return {key: Command("sale.paysystem.settings.get", {"ID": key, "PERSON_TYPE_ID": 0}) for key in ids}


def _declared(asking: Asking) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """By pay system, what its handler calls test values; empty when the portal did not return its handlers."""
    found = asking.found.values.get("pay_handlers")
    handlers = found.by_code() if found else {}
    systems = asking.found.values["pay_systems"].systems
    return {one.id: handlers[one.action_file].test_values for one in systems if one.action_file in handlers}


def _read(answer: Answer, salt: str, declared: Mapping[str, tuple[str, ...]]) -> PaySettings:
    values = mapped(answer.result)
    empty = tuple(sorted(key for key, value in values.items() if is_blank(value)))
    filled = tuple(sorted(set(values) - set(empty)))
    signs = tuple(str(sign) for sign in signs_of(values, declared))
    return PaySettings(filled, empty, bool(signs), digest(values, salt), signs)


@facts_of(
    _calls,
    "sale.paysystem.settings.get",
    rank=201,
    scopes=("pay_system",),
    who=CRM_ADMIN,
    uses=("pay_systems",),
    partial=True,
    spare=_spare,
)
def pay_settings(answers: Mapping[str, Answer], asking: Asking) -> PaySettingsById:
    """Read sale.paysystem.settings.get (api-reference/pay-system/sale-pay-system-settings-get.md)."""
    declared = _declared(asking)
    found = {key: _read(answer, asking.salt, declared.get(key, {})) for key, answer in answers.items()}
    return PaySettingsById(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
