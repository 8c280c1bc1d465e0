"""Answers about single objects that an earlier run got and this one did not ask for again, each with its moment."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from b24app.checklist.engine.fact import Asking

V = TypeVar("V")
KEPT_FOR = timedelta(days=30)
"""An answer that could not be renewed for so long is not kept: by then it proves nothing about the portal."""


class KeepsMoments(Protocol):
    """A fact about many objects, of which some may not have been asked about in this run."""

    @property
    def asked_at(self) -> Mapping[str, datetime]:
        """When the others were asked; objects that are not in it were asked about in the run itself."""
        ...


F = TypeVar("F", bound=KeepsMoments)


@dataclass(frozen=True, slots=True)
class EarlierAnswers(Generic[V]):
    """The last answer for each object, and its moment."""

    answers: Mapping[str, V] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)

    def longest_ago_first(self, keys: Iterable[str]) -> list[str]:
        """Objects in the order of their last answer, never asked ones first, so that no object is always left out."""
        moments = {key: at.timestamp() for key, at in self.moments.items()}
        return sorted(keys, key=lambda key: moments.get(key, 0.0))

    def due(self, keys: Iterable[str], now: datetime, every: timedelta) -> list[str]:
        """Objects that were never asked about, or so long ago that they must be asked now."""
        late = (key for key in keys if key not in self.moments or now - self.moments[key] >= every)
        return self.longest_ago_first(late)

    def filled_up(
        self, found: Mapping[str, V], left_out: Collection[str], now: datetime
    ) -> tuple[dict[str, V], dict[str, datetime]]:
        """The answers of this run and the earlier ones of what it left out, with the moments of these."""
        kept = {
            key: self.moments[key]
            for key in self.answers
            if key in left_out and key not in found and now - self.moments[key] < KEPT_FOR
        }
        return {**found, **{key: self.answers[key] for key in kept}}, kept


def earlier_answers(
    asking: Asking, kind: type[F], objects: Callable[[F], Mapping[str, V]]
) -> EarlierAnswers[V]:
    """The answers for the objects of a fact in the newest run before this one; empty when it has no such fact."""
    fact, at = asking.earlier.facts.of(kind), asking.earlier.at
    if fact is None or at is None:
        return EarlierAnswers()
    answers = objects(fact)
    return EarlierAnswers(answers, {key: fact.asked_at.get(key, at) for key in answers})
