"""Settings of all pay systems: filled or not, signs of test mode, a fingerprint; never a value."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import digest, mapped
from b24app.checklist.engine.fact import CRM_ADMIN, Asking, facts_of
from b24app.checklist.engine.pay_test_signs import signs_of


@dataclass(frozen=True, slots=True)
class PaySettings:
    """One system's settings by their codes: `empty` lists codes without a value, `test_signs` kinds of signs."""

    filled: tuple[str, ...]
    empty: tuple[str, ...]
    test_mode: bool
    fingerprint: str
    test_signs: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether the portal shows any setting of this system at all."""
        return bool(self.filled or self.empty)


@dataclass(frozen=True, slots=True)
class PaySettingsById:
    systems: Mapping[str, PaySettings]


def _calls(asking: Asking) -> dict[str, Command]:
    """Every system, those that take orders first: a switched-off one is compared when somebody switches it on again."""
    systems = sorted(asking.found.values["pay_systems"].systems, key=lambda one: not one.takes_orders)
    return {
        one.id: Command("sale.paysystem.settings.get", {"ID": one.id, "PERSON_TYPE_ID": 0}) for one in systems
    }


def _declared(asking: Asking) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """By pay system, what its handler calls test values; empty when the portal did not tell its handlers."""
    found = asking.found.values.get("pay_handlers")
    handlers = found.by_code() if found else {}
    systems = asking.found.values["pay_systems"].systems
    return {one.id: handlers[one.action_file].test_values for one in systems if one.action_file in handlers}


def _read(answer: Answer, salt: str, declared: Mapping[str, tuple[str, ...]]) -> PaySettings:
    values = mapped(answer.result)
    empty = tuple(sorted(key for key, value in values.items() if value in (None, "", [])))
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
)
def pay_settings(answers: Mapping[str, Answer], asking: Asking) -> PaySettingsById:
    """Read sale.paysystem.settings.get (api-reference/pay-system/sale-pay-system-settings-get.md)."""
    declared = _declared(asking)
    return PaySettingsById(
        {key: _read(answer, asking.salt, declared.get(key, {})) for key, answer in answers.items()}
    )
