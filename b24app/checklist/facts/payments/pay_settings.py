"""Settings of the pay systems that take orders: filled or not, test mode, a fingerprint; never a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import digest, mapped
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import CRM_ADMIN, Asking, facts_of


@dataclass(frozen=True, slots=True)
class PaySettings:
    """One system's settings by their codes: `empty` lists codes without a value."""

    filled: tuple[str, ...]
    empty: tuple[str, ...]
    test_mode: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PaySettingsById:
    """By the id of the system; `asked_at` holds the moments of those that this run did not ask about."""

    systems: Mapping[str, PaySettings]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)


def _earlier(asking: Asking) -> EarlierAnswers[PaySettings]:
    return earlier_answers(asking, PaySettingsById, lambda fact: fact.systems)


def _calls(asking: Asking) -> dict[str, Command]:
    wanted = [system.id for system in asking.found.values["pay_systems"].for_orders()]
    return {
        key: Command("sale.paysystem.settings.get", {"ID": key, "PERSON_TYPE_ID": 0})
        for key in _earlier(asking).longest_ago_first(wanted)
    }


def _read(answer: Answer, salt: str) -> PaySettings:
    values = mapped(answer.result)
    test = any(str(value) == "TEST" for key, value in values.items() if key.startswith("PS_WORK_MODE"))
    empty = tuple(sorted(key for key, value in values.items() if value in (None, "", [])))
    filled = tuple(sorted(set(values) - set(empty)))
    return PaySettings(filled, empty, test, digest(values, salt))


@facts_of(
    _calls,
    "sale.paysystem.settings.get",
    rank=201,
    scopes=("pay_system",),
    who=CRM_ADMIN,
    uses=("pay_systems",),
    partial=True,
)
def pay_settings(answers: Mapping[str, Answer], asking: Asking) -> PaySettingsById:
    """Read sale.paysystem.settings.get (api-reference/pay-system/sale-pay-system-settings-get.md)."""
    found = {key: _read(answer, asking.salt) for key, answer in answers.items()}
    return PaySettingsById(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
