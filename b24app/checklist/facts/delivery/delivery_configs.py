"""Configurations of delivery services as fingerprints: keys of carriers never stay with us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import digest, is_blank, listed
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import CRM_ADMIN, Asking, facts_of

OFF_EVERY = timedelta(days=2)
"""How long a service that is switched off may wait for room in a request."""


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    filled: tuple[str, ...]
    empty: tuple[str, ...]
    fingerprint: str

    @property
    def is_shown(self) -> bool:
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
    """Every service at work; profiles live by the settings of theirs, and one that is off may wait for room."""
    services = _services(asking)
    at_work = [one.id for one in services if one.active]
    due = _earlier(asking).due((one.id for one in services if not one.active), asking.now, OFF_EVERY)
    return _asked([*_earlier(asking).longest_ago_first(at_work), *due])


def _spare(asking: Asking) -> dict[str, Command]:
    """All of them when there is room."""
    return _asked(one.id for one in _services(asking))


def _services(asking: Asking) -> list[Any]:
    return [one for one in asking.found.values["deliveries"].services if not one.is_profile]


def _asked(ids: Iterable[str]) -> dict[str, Command]:
    return {key: Command("sale.delivery.config.get", {"ID": key}) for key in ids}


def _read(answer: Answer, salt: str) -> DeliveryConfig:
    values = {str(row.get("CODE")): row.get("VALUE") for row in listed(answer.result)}
    empty = tuple(sorted(key for key, value in values.items() if is_blank(value)))
    return DeliveryConfig(tuple(sorted(set(values) - set(empty))), empty, digest(values, salt))


@facts_of(
    _calls,
    "sale.delivery.config.get",
    rank=202,
    scopes=("delivery",),
    who=CRM_ADMIN,
    uses=("deliveries",),
    partial=True,
    spare=_spare,
)
def delivery_configs(answers: Mapping[str, Answer], asking: Asking) -> DeliveryConfigs:
    """Read sale.delivery.config.get (api-reference/sale/delivery/delivery/...-config-get.md)."""
    found = {key: _read(answer, asking.salt) for key, answer in answers.items()}
    return DeliveryConfigs(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
