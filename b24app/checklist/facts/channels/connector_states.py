"""Whether connectors work in their lines: the pairs known to be alive, or the first likely ones."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import mapped
from b24app.checklist.engine.fact import Asking, facts_of

MOST = 6
BETWEEN = "@"


@dataclass(frozen=True, slots=True)
class ConnectorState:
    connector: str
    line: str
    configured: bool
    works: bool
    error: bool


@dataclass(frozen=True, slots=True)
class ConnectorStates:
    pairs: Mapping[str, ConnectorState]

    def alive(self) -> tuple[str, ...]:
        """The pairs that work: the ones to ask about next time."""
        return tuple(key for key, state in self.pairs.items() if state.works)


def _calls(asking: Asking) -> dict[str, Command]:
    known = asking.found.values.get("alive_pairs", ())
    lines = [line.id for line in asking.found.values["open_lines"].active()]
    names = sorted(asking.found.values["connectors"].names)
    likely = (f"{name}{BETWEEN}{line}" for line, name in itertools.product(lines, names))
    pairs = itertools.islice(dict.fromkeys(itertools.chain(known, likely)), MOST)
    asked = {}
    for pair in pairs:
        name, _, line = pair.rpartition(BETWEEN)
        asked[pair] = Command("imconnector.status", {"CONNECTOR": name, "LINE": line})
    return asked


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
)
def connector_states(answers: Mapping[str, Answer], _asking: Asking) -> ConnectorStates:
    """Read imconnector.status with LINE: without it the answer is a false no (imconnector-status.md)."""
    return ConnectorStates({pair: _read(pair, answer) for pair, answer in answers.items()})
