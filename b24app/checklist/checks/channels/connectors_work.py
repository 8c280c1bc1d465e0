"""Do the connected channels work?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.channels.connector_states import BETWEEN, ConnectorStates
from b24app.checklist.facts.channels.connectors import Connectors
from b24app.checklist.facts.channels.open_lines import OpenLines
from b24app.text.messages import N_

GONE, LINE_OFF, BROKEN, SILENT = (
    N_("the channel was removed from the portal"),
    N_("its line is off or gone"),
    N_("the channel reports an error"),
    N_("it is not connected any more"),
)
REPLACED, MOVED = N_("another channel answers in its line: %(name)s"), N_("it answers in another line now")


@dataclass(frozen=True, slots=True)
class Channels:
    """Pairs of channel and line then and now: which worked, which work, and which lines are on."""

    states: ConnectorStates
    names: dict[str, str]
    registered: Collection[str]
    lines_off: Collection[str]
    before: Collection[str]
    known_before: Collection[str]
    lines: dict[str, str]

    def name(self, pair: str) -> str:
        """The name of the channel of a pair."""
        code, _, _ = pair.rpartition(BETWEEN)
        return self.names.get(code, code)

    def label(self, pair: str) -> str:
        """The channel and its line: one channel may answer in several."""
        _, _, line = pair.rpartition(BETWEEN)
        return f"{self.name(pair)} — {self.lines.get(line, line)}"

    def fault(self, pair: str) -> str | None:
        """Why a pair that worked does not; None when it does, or when it could not be asked."""
        code, _, line = pair.rpartition(BETWEEN)
        state = self.states.pairs.get(pair)
        if code not in self.registered:
            return GONE
        if line in self.lines_off:
            return LINE_OFF
        return None if state is None or state.works else SILENT

    def in_its_place(self, pair: str) -> Evidence | None:
        """The replacement of a lost pair: another application's channel, or another line of the same channel."""
        code, _, line = pair.rpartition(BETWEEN)
        fresh = [key.rpartition(BETWEEN) for key in self.states.alive() if key not in self.before]
        other = next((c for c, _, where in fresh if where == line and c not in self.known_before), None)
        if other is not None:
            return seen(self.label(pair), REPLACED, Level.WARN, name=self.names.get(other, other))
        return seen(self.label(pair), MOVED, Level.WARN) if any(c == code for c, _, _ in fresh) else None


@check(
    title=N_("Channels are connected"),
    why=N_("A channel that lost its connection looks normal in the list, and messages do not come."),
    remedy=N_("Open the channel in the Contact Center and connect it again."),
    area=Area.CHANNELS,
    place=N_("Contact Center"),
)
def connectors_work(
    connector_states: ConnectorStates,
    connectors: Connectors,
    baseline: Baseline,
    open_lines: OpenLines | None = None,
) -> Verdict:
    """Judge that pairs of channel and line that worked do work, and that none reports an error, be it older than the snapshot."""
    channels = _channels(connector_states, connectors, open_lines, baseline)
    lost = {pair: why for pair in channels.before if (why := channels.fault(pair)) is not None}
    instead = {pair: line for pair in lost if (line := channels.in_its_place(pair)) is not None}
    faults = {pair: why for pair, why in lost.items() if pair not in instead}
    faults |= {pair: BROKEN for pair, state in connector_states.pairs.items() if state.error}
    asked = _asked(connector_states, connectors, open_lines)
    if faults:
        told = tuple(seen(channels.label(pair), why, Level.FAIL) for pair, why in faults.items())
        return failed(
            N_("Channels do not work: %(names)s"), None, (*told, *asked), names=_names(channels, faults)
        )
    if instead:
        return warned(
            N_("Channels were replaced: %(names)s"),
            N_("Write to yourself through each and see that the message comes."),
            (*instead.values(), *asked),
            names=_names(channels, instead),
        )
    if not (alive := connector_states.alive()):
        return not_used(N_("No channel is connected"), None, asked)
    return passed(N_("Connected: %(names)s"), None, asked, names=_names(channels, alive))


def _channels(
    states: ConnectorStates, connectors: Connectors, lines: OpenLines | None, baseline: Baseline
) -> Channels:
    was, had, lines_before = baseline.of(ConnectorStates), baseline.of(Connectors), baseline.of(OpenLines)
    known = had.names if had else {}
    on = {line.id for line in lines.active()} if lines else set()
    off = {line.id for line in lines_before.active() if line.id not in on} if lines and lines_before else ()
    return Channels(
        states=states,
        names={**known, **connectors.names},
        registered=connectors.names,
        lines_off=off,
        before=was.alive() if was else (),
        known_before=known,
        lines={line.id: line.name for found in (lines_before, lines) if found for line in found.rows},
    )


def _names(channels: Channels, pairs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(channels.name(pair) for pair in pairs))


def _asked(
    states: ConnectorStates, connectors: Connectors, open_lines: OpenLines | None
) -> tuple[Evidence, ...]:
    """How many pairs of channel and line have answers; older answers are marked for every check alike (`judge.py`)."""
    lines = [line.id for line in open_lines.active()] if open_lines else []
    every = {f"{name}{BETWEEN}{line}" for name in connectors.names for line in lines}
    if not states.pairs and not every:
        return ()
    message = N_("pairs of channel and line: %(count)s, asked now: %(fresh)s, not asked yet: %(waiting)s")
    fresh, waiting = len(states.pairs) - len(states.asked_at), len(every - states.pairs.keys())
    return (seen(N_("Looked at"), message, count=len(states.pairs), fresh=fresh, waiting=waiting),)
