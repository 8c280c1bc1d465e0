"""Counters of visits set on each site; only what is filled in comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import Asking, facts_of

WANTED = {
    "yandex": ("YACOUNTER_USE", "YACOUNTER_COUNTER"),
    "google": ("GACOUNTER_USE", "GACOUNTER_COUNTER"),
    "google4": ("GACOUNTER_USE", "GACOUNTER_COUNTER_GA4"),
    "gtm": ("GTM_USE", "GTM_COUNTER"),
    "widget": ("B24BUTTON_USE", "B24BUTTON_CODE"),
}


@dataclass(frozen=True, slots=True)
class Counters:
    """Ids of the counters that are switched on, by kind."""

    ids: Mapping[str, str]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that a page with these counters must hold; the widget has no number."""
        return tuple(number for kind, number in self.ids.items() if kind != "widget")


@dataclass(frozen=True, slots=True)
class SiteCounters:
    """By the id of the site; `asked_at` holds the moments of those that this run did not ask about."""

    sites: Mapping[str, Counters]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)


def _earlier(asking: Asking) -> EarlierAnswers[Counters]:
    return earlier_answers(asking, SiteCounters, lambda fact: fact.sites)


def _calls(asking: Asking) -> dict[str, Command]:
    sites = sorted(asking.found.values["sites"].rows, key=lambda site: not site.is_shop)
    return {
        key: Command("landing.site.getadditionalfields", {"id": key})
        for key in _earlier(asking).longest_ago_first(site.id for site in sites)
    }


def _read(answer: Answer) -> Counters:
    fields = mapped(answer.result)
    on = {kind: code for kind, (use, code) in WANTED.items() if fields.get(use) == "Y" and fields.get(code)}
    return Counters({kind: str(fields[code]) for kind, code in on.items()})


@facts_of(
    _calls, "landing.site.getadditionalfields", rank=203, scopes=("landing",), uses=("sites",), partial=True
)
def site_counters(answers: Mapping[str, Answer], asking: Asking) -> SiteCounters:
    """Read landing.site.getadditionalfields (api-reference/landing/site/...-get-additional-fields.md)."""
    found = {key: _read(answer) for key, answer in answers.items()}
    return SiteCounters(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
