"""Configurations of delivery services as fingerprints: keys of carriers never stay with us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import digest, listed
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import CRM_ADMIN, Asking, facts_of


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    filled: tuple[str, ...]
    empty: tuple[str, ...]
    fingerprint: str

    @property
    def is_told(self) -> bool:
        """Whether the portal shows any setting of this service at all."""
        return bool(self.filled or self.empty)


@dataclass(frozen=True, slots=True)
class DeliveryConfigs:
    """By the id of the service; `asked_at` holds the moments of those that this run did not ask about."""

    services: Mapping[str, DeliveryConfig]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)


def _earlier(asking: Asking) -> EarlierAnswers[DeliveryConfig]:
    return earlier_answers(asking, DeliveryConfigs, lambda fact: fact.services)


def _calls(asking: Asking) -> dict[str, Command]:
    """Every service, those at work first; profiles live by the settings of theirs."""
    services = [one for one in asking.found.values["deliveries"].services if not one.is_profile]
    wanted = [one.id for one in sorted(services, key=lambda one: not one.active)]
    return {
        key: Command("sale.delivery.config.get", {"ID": key})
        for key in _earlier(asking).longest_ago_first(wanted)
    }


def _read(answer: Answer, salt: str) -> DeliveryConfig:
    values = {str(row.get("CODE")): row.get("VALUE") for row in listed(answer.result)}
    empty = tuple(sorted(key for key, value in values.items() if value in (None, "", [])))
    return DeliveryConfig(tuple(sorted(set(values) - set(empty))), empty, digest(values, salt))


@facts_of(
    _calls,
    "sale.delivery.config.get",
    rank=202,
    scopes=("delivery",),
    who=CRM_ADMIN,
    uses=("deliveries",),
    partial=True,
)
def delivery_configs(answers: Mapping[str, Answer], asking: Asking) -> DeliveryConfigs:
    """Read sale.delivery.config.get (api-reference/sale/delivery/delivery/...-config-get.md)."""
    found = {key: _read(answer, asking.salt) for key, answer in answers.items()}
    return DeliveryConfigs(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
