"""Whether connectors work in their lines, and when each pair was asked: REST has no method for all pairs at once."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import Asking, facts_of

BETWEEN = "@"
NIGHTS = 3
EVERY = timedelta(days=NIGHTS)
"""Pairs that are not connected are asked about in so many nightly runs, a part in each; those that waited longer at once."""


@dataclass(frozen=True, slots=True)
class ConnectorState:
    connector: str
    line: str
    configured: bool
    works: bool
    error: bool

    @property
    def is_set_up(self) -> bool:
        """Whether it was ever connected here, even if it is broken now."""
        return self.configured or self.works or self.error


@dataclass(frozen=True, slots=True)
class ConnectorStates:
    """Pairs of connector and line; `asked_at` holds the moments of those that this run did not ask about."""

    pairs: Mapping[str, ConnectorState]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)

    def alive(self) -> tuple[str, ...]:
        """The pairs that work."""
        return tuple(key for key, state in self.pairs.items() if state.works)

    def set_up(self) -> tuple[str, ...]:
        """The pairs that were connected: these are asked about every time."""
        return tuple(key for key, state in self.pairs.items() if state.is_set_up)


def _earlier(asking: Asking) -> EarlierAnswers[ConnectorState]:
    return earlier_answers(asking, ConnectorStates, lambda fact: fact.pairs)


def _pairs(asking: Asking) -> list[str]:
    """Every registered connector in every line that is on, those that worked before come first."""
    known: Iterable[str] = asking.found.values.get("alive_pairs", ())
    lines = [line.id for line in asking.found.values["open_lines"].active()]
    names = sorted(asking.found.values["connectors"].names)
    every = (f"{name}{BETWEEN}{line}" for name, line in itertools.product(names, lines))
    return list(dict.fromkeys((*known, *every)))


def _calls(asking: Asking) -> dict[str, Command]:
    """The pairs that were alive or set up, that are new or have waited long, and a part of the others."""
    earlier, pairs = _earlier(asking), _pairs(asking)
    known = set(asking.found.values.get("alive_pairs", ()))
    known |= {key for key, state in earlier.answers.items() if state.is_set_up}
    others = earlier.longest_ago_first(key for key in pairs if key not in known)
    turn = others[: -(-len(others) // NIGHTS)]
    due = earlier.due(others, asking.now, EVERY)
    return _asked(dict.fromkeys((*(key for key in pairs if key in known), *due, *turn)))


def _spare(asking: Asking) -> dict[str, Command]:
    return _asked(_earlier(asking).longest_ago_first(_pairs(asking)))


def _asked(pairs: Iterable[str]) -> dict[str, Command]:
    parts = {pair: pair.rpartition(BETWEEN) for pair in pairs}
    return {
        pair: Command("imconnector.status", {"CONNECTOR": name, "LINE": line})
        for pair, (name, _, line) in parts.items()
    }


def _read(pair: str, answer: Answer) -> ConnectorState:
    name, _, line = pair.rpartition(BETWEEN)
    row = mapped(answer.result)
    flags = (row.get("CONFIGURED") is True, row.get("STATUS") is True, row.get("ERROR") is True)
    return ConnectorState(name, line, *flags)


@facts_of(
    _calls,
    "imconnector.status",
    rank=204,
    scopes=("imopenlines", "imconnector"),
    uses=("open_lines", "connectors"),
    partial=True,
    spare=_spare,
)
def connector_states(answers: Mapping[str, Answer], asking: Asking) -> ConnectorStates:
    """Read imconnector.status with LINE: without it the answer is a false no (imconnector-status.md)."""
    found = {pair: _read(pair, answer) for pair, answer in answers.items()}
    return ConnectorStates(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
