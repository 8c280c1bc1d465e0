"""Gathers facts from a portal by batches: no call without its scope; a batch is split only when its answer blames a command.

The first request asks what needs nothing else, by rank; what does not fit is sent with the second. The second phase takes as many
requests as the calls of every run need, at most MOST_REQUESTS in all, further pages of lists among them (`further_pages.py`);
`spare` calls only fill what room these leave. What still
does not fit is named to the reader of its fact (`Asking.left_out`), which keeps the earlier answer with its moment.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from b24app.bitrix24.no_answer import PageInstead
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.checklist.engine.fact import (
    NO_REST,
    WHOLE_PORTAL,
    Asking,
    EarlierFacts,
    FactRefusal,
    Facts,
    FactSpec,
    Reason,
    load_facts,
    refusal_of,
)
from b24app.checklist.engine.further_pages import further_pages
from b24app.checklist.engine.wanted_calls import (
    BATCH,
    WantedFact,
    batches,
    missing,
    of_the_first_batch,
    with_calls,
    with_spare,
)
from b24app.errors import AnswerBroken, PortalError, VendorFault

MOST_REQUESTS = 4
"""Requests of one gathering, as long as no batch must be split: an ordinary shop needs three."""
NO_EARLIER = EarlierFacts()
Progress = Callable[[int, Facts], None]


class BatchClient(Protocol):
    """What gathering needs of a portal's client."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send the commands as one request."""
        ...


@dataclass(slots=True)
class Sender:
    """Sends the batches of one gathering; once the portal itself has failed, nothing more is sent."""

    client: BatchClient
    failed: PortalError | None = None
    heard: bool = False

    def send(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send a batch; when the answer blames one command it is found by halves, in order of worth."""
        outcomes, error = self._try(commands)
        if error is None:
            return outcomes
        if not blames_a_command(error) or len(commands) == 1:
            return self._give_up(commands, error)
        return self._split(commands, error)

    def _try(self, commands: Mapping[str, Command]) -> tuple[dict[str, Outcome], PortalError | None]:
        if not commands or self.failed is not None:
            return dict.fromkeys(commands, self.failed or NOTHING_ASKED), None
        try:
            outcomes = self.client.batch(commands)
        except PortalError as error:
            return {}, error
        self.heard = True
        lost = {key: call for key, call in commands.items() if key not in outcomes}
        return outcomes | (self._ask_again(lost) if lost else {}), None

    def _ask_again(self, lost: Mapping[str, Command]) -> dict[str, Outcome]:
        """Ask once more for what an answer left out: it was cut, or has no such key."""
        try:
            found = self.client.batch(lost)
        except PortalError as error:
            return self._give_up(lost, error)
        missing = AnswerBroken("batch_cut", "the answer holds no such key")
        return {key: found.get(key, missing) for key in lost}

    def _split(self, commands: Mapping[str, Command], error: PortalError) -> dict[str, Outcome]:
        """Ask for both halves: one that succeeds proves that the fault is in the other, two that fail prove nothing."""
        outcomes: dict[str, Outcome] = {}
        while len(commands) > 1:
            parts = _halves(commands)
            tried = [self._try(part) for part in parts]
            guilty = [part for part, (_, no) in zip(parts, tried, strict=True) if no is not None]
            for found, _ in tried:
                outcomes |= found
            if len(guilty) != 1:
                rest = {key: call for part in guilty for key, call in part.items()}
                return outcomes | (self._give_up(rest, error) if rest else {})
            commands = guilty[0]
        return outcomes | dict.fromkeys(commands, error)

    def _give_up(self, commands: Mapping[str, Command], error: PortalError) -> dict[str, Outcome]:
        if not blames_a_command(error) or len(commands) > 1:
            self.failed = error
        return dict.fromkeys(commands, error)


NOTHING_ASKED = AnswerBroken("not_asked", "nothing was asked")


def blames_a_command(error: PortalError) -> bool:
    """Whether REST itself answered and broke off: one command may have been too much for it.

    Silence, a page, a status or a certificate prove nothing about commands: asking for less would only ask more often.
    """
    return isinstance(error, VendorFault) and not isinstance(error, PageInstead)


def _halves(commands: Mapping[str, Command]) -> list[dict[str, Command]]:
    keys = list(commands)
    half = (len(keys) + 1) // 2
    return [{key: commands[key] for key in part} for part in (keys[:half], keys[half:])]


def _ignore(_phase: int, _facts: Facts) -> None:
    """Ignore the progress."""


def gather(
    client: BatchClient,
    now: datetime,
    granted: Collection[str],
    *,
    names: Collection[str] | None = None,
    known: Facts | None = None,
    earlier: EarlierFacts = NO_EARLIER,
    baseline: EarlierFacts = NO_EARLIER,
    salt: str = "",
    progress: Progress = _ignore,
) -> Facts:
    """Ask for all facts, or for the named ones; `now` carries the portal's time zone.

    `earlier` is the run before, `baseline` the one that this run is judged against.
    """
    specs = sorted(_chosen(names), key=lambda spec: spec.rank)
    asking = Asking(now, known or Facts(), salt, earlier, baseline)
    first, rest = of_the_first_batch(specs, asking, granted)
    sender = Sender(client)
    facts, longer = _ask(sender, first, asking, granted, 1)
    facts = asking.found.joined(facts)
    progress(1, _without(facts, longer))
    if (gone := _whole_portal(facts, first)) is not None:
        return facts.joined(Facts({}, {spec.name: gone for spec in rest}))
    rest = sorted((*rest, *longer), key=lambda spec: spec.rank)
    found, late = _ask(sender, rest, replace(asking, found=facts), granted, MOST_REQUESTS - 1)
    facts = facts.joined(found)
    if late:  # a list that had no room in the first request
        facts = facts.joined(_ask(sender, late, replace(asking, found=facts), granted, 1)[0])
    progress(2, facts)
    return facts


def _without(facts: Facts, longer: Iterable[FactSpec]) -> Facts:
    """The facts that may be judged already, without lists of which only the first page was read."""
    cut = {spec.name for spec in longer}
    return Facts({name: value for name, value in facts.values.items() if name not in cut}, facts.refusals)


def needed_facts(names: Collection[str]) -> set[str]:
    """The named facts and those whose answers they need."""
    specs = load_facts()
    known = {name for name in names if name in specs}
    return known | {used for name in known for used in specs[name].uses}


def _chosen(names: Collection[str] | None) -> Iterable[FactSpec]:
    specs = load_facts()
    wanted = set(specs) if names is None else needed_facts(names)
    return [spec for name, spec in specs.items() if name in wanted]


def _whole_portal(facts: Facts, asked: Iterable[FactSpec]) -> FactRefusal | None:
    """The refusal that concerns the portal itself when nothing at all was answered."""
    names = [spec.name for spec in asked]
    if not names or any(name in facts.values for name in names):
        return None
    noes = [facts.refusals[name] for name in names if name in facts.refusals]
    return next((no for no in noes if no.reason in WHOLE_PORTAL), None)


def _ask(
    sender: Sender, specs: Iterable[FactSpec], asking: Asking, granted: Collection[str], requests: int
) -> tuple[Facts, list[FactSpec]]:
    """Send the calls of every run, then spare ones that fit, in at most so many requests; returns the facts, and longer lists."""
    mine = list(specs)
    noes = {spec.name: missing(spec, asking.found, granted) for spec in mine}
    refusals = {name: no for name, no in noes.items() if no is not None}
    mine = [spec for spec in mine if spec.name not in refusals]
    wanted = with_spare(with_calls(mine, asking, requests * BATCH), asking)
    commands = {key: call for item in wanted for key, call in item.calls.items()}
    outcomes: dict[str, Outcome] = {}
    for batch in batches(commands):
        outcomes |= sender.send(batch)
    read = {item.spec.name: _read(item, outcomes, asking) for item in wanted}
    if sender.heard:
        read |= {
            item.spec.name: kept for item in wanted if (kept := _kept(item, outcomes, asking)) is not None
        }
    longer = [more for item in wanted if (more := further_pages(item.spec, _answers(item, outcomes)))]
    refusals |= {name: value for name, value in read.items() if isinstance(value, FactRefusal)}
    values = {name: value for name, value in read.items() if name not in refusals}
    return Facts(values, refusals), [spec for spec in longer if spec.name in values]


def _kept(item: WantedFact, outcomes: Mapping[str, Outcome], asking: Asking) -> object:
    """What the run before held of each object, where a portal that answers had no time left for any of a fact's calls."""
    if not item.spec.partial or not item.calls or any(_has_answered(outcomes[key]) for key in item.calls):
        return None
    left_out = frozenset(item.part(key) for key in (*item.calls, *item.left_out))
    try:
        found = item.spec.read({}, replace(asking, left_out=left_out))
    except PortalError:
        return None
    return found if getattr(found, "asked_at", None) else None


def _has_answered(outcome: Outcome) -> bool:
    """Whether the portal responded at all: an answer or a refusal of its own."""
    return isinstance(outcome, Answer) or refusal_of(outcome).reason not in NO_REST


def _answers(item: WantedFact, outcomes: Mapping[str, Outcome]) -> dict[str, Answer]:
    found = {item.part(key): outcomes[key] for key in item.calls}
    return {part: one for part, one in found.items() if isinstance(one, Answer)}


def _read(item: WantedFact, outcomes: Mapping[str, Outcome], asking: Asking) -> object:
    """The fact, or why there is none; a part without an answer is left out, a refused part is not."""
    spec = item.spec
    answers: dict[str, Answer] = {}
    left_out = {item.part(key) for key in item.left_out}
    for key in item.calls:
        outcome = outcomes[key]
        if isinstance(outcome, Answer):
            answers[item.part(key)] = outcome
        elif outcome.code in spec.means or not spec.partial:
            return spec.means.get(outcome.code) or refusal_of(outcome, spec.who)
        elif refusal_of(outcome).reason in NO_REST:
            left_out.add(item.part(key))
    if not answers and (item.calls or (left_out and not spec.partial)):
        no = next((outcomes[key] for key in item.calls), None)
        return refusal_of(no, spec.who) if isinstance(no, PortalError) else FactRefusal(Reason.NOT_ASKED)
    try:
        return spec.read(answers, replace(asking, left_out=frozenset(left_out)))
    except PortalError as error:
        return refusal_of(error, spec.who)
