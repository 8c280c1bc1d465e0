"""Counters of visits set on each site; only what is filled in comes."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import Asking, facts_of

MOST = 5
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
    sites: Mapping[str, Counters]


def _calls(asking: Asking) -> dict[str, Command]:
    sites = sorted(asking.found.values["sites"].rows, key=lambda site: not site.is_shop)
    return {s.id: Command("landing.site.getadditionalfields", {"id": s.id}) for s in sites[:MOST]}


def _read(answer: Answer) -> Counters:
    fields = mapped(answer.result)
    on = {kind: code for kind, (use, code) in WANTED.items() if fields.get(use) == "Y" and fields.get(code)}
    return Counters({kind: str(fields[code]) for kind, code in on.items()})


@facts_of(
    _calls, "landing.site.getadditionalfields", rank=203, scopes=("landing",), uses=("sites",), partial=True
)
def site_counters(answers: Mapping[str, Answer], _asking: Asking) -> SiteCounters:
    """Read landing.site.getadditionalfields (api-reference/landing/site/...-get-additional-fields.md)."""
    return SiteCounters({key: _read(answer) for key, answer in answers.items()})
