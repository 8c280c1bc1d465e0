"""Keyset reading with its latency hidden.

The next batch is under way while rows are used; on a slow portal several stretches of ids are read at once and
handed out in order.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from b24app.bitrix24.connection import SentRequest
from b24app.bitrix24.id_ranges import FAST_LANES, ReadingPlan
from b24app.bitrix24.keyset_pages import IdSpan, Keyset, Stretch, read_chain
from b24app.bitrix24.list_client import ListClient
from b24app.bitrix24.list_methods import PAGE, Row
from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.errors import PortalError


def read_keyset(client: ListClient, keyset: Keyset, after: int) -> Iterator[Row]:
    """Yield every row behind `after` in the order of ids."""
    rows, plan = _first_page(client, keyset, after)
    yield from rows
    if plan is None:
        return
    pool = ThreadPoolExecutor(plan.lanes, thread_name_prefix="wire")
    try:
        yield from Reader(client, keyset, pool, plan).rows()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _first_page(client: ListClient, keyset: Keyset, after: int) -> tuple[list[Row], ReadingPlan | None]:
    """Read one page and the highest id in one request: enough to show rows at once and to plan the rest."""
    repeats = client.line.repeats()
    commands = {"p0": keyset.page(after), "top": keyset.top()}
    while True:
        outcomes = client.batch(commands)
        stretch = read_chain(keyset, IdSpan(after, None, 1), outcomes)
        if stretch.error is None:
            break
        client.line.recover(stretch.error, keyset.method, None, repeats)
    rows, top = [row for page in stretch.pages for row in page], _highest(keyset, outcomes.get("top"))
    if len(rows) < PAGE:
        return rows, ReadingPlan(stretch.last, top, pages=1) if top > stretch.last else None
    ids, seconds = [keyset.id_of(row) for row in rows], client.line.seconds / len(commands)
    return rows, ReadingPlan.of(ids, top, seconds, 1 if keyset.bounded() else client.lanes)


def _highest(keyset: Keyset, outcome: Outcome | None) -> int:
    """The highest id of the list, nought when the portal did not tell."""
    rows = keyset.rows(outcome.result) if isinstance(outcome, Answer) else []
    return max(map(keyset.id_of, rows), default=0)


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch under way."""

    span: IdSpan
    commands: dict[str, Command]
    pair: Tokens | None
    reply: "Future[SentRequest]"


class Reader:
    """Reads one keyset list; one thread takes in order what several connections bring."""

    def __init__(
        self, client: ListClient, keyset: Keyset, pool: ThreadPoolExecutor, plan: ReadingPlan
    ) -> None:
        self.client = client
        self.keyset = keyset
        self.pool = pool
        self.plan = plan
        self.repeats = client.line.repeats()

    def rows(self) -> Iterator[Row]:
        """Yield rows in order; a stretch that broke off goes on behind its last row before the next one is used."""
        flights: deque[Flight] = deque()
        self._fill(flights)
        while flights:
            flight = flights.popleft()
            stretch = self._land(flight)
            rest = self.plan.rest(flight.span, stretch)
            if stretch.pages:
                self.repeats.reset()
            if rest and not stretch.error:
                flights.appendleft(self._launch(rest))
            self._fill(flights)
            while stretch.pages:
                yield from stretch.pages.pop(0)
            if rest and stretch.error:
                self.client.line.recover(stretch.error, self.keyset.method, flight.pair, self.repeats)
                flights.appendleft(self._launch(self.plan.smaller(rest, stretch.error)))

    def _fill(self, flights: deque[Flight]) -> None:
        while len(flights) < self.plan.lanes and (span := self.plan.next()):
            flights.append(self._launch(span))

    def _launch(self, span: IdSpan) -> Flight:
        line = self.client.line
        line.operating.wait_turn("batch", self.keyset.method)
        commands = self.keyset.chain(span.after, span.until, span.pages)
        return Flight(
            span,
            commands,
            line.pair(),
            self.pool.submit(copy_context().run, self._fetch, commands, line.pair()),
        )

    def _fetch(self, commands: dict[str, Command], pair: Tokens | None) -> SentRequest:
        """Runs in another thread; where many answers wait for their turn they wait packed, so memory stays flat."""
        params = self.client.batch_params(commands, halt=True)
        return self.client.line.fetch("batch", params, pair, pack=self.plan.lanes > FAST_LANES)

    def _land(self, flight: Flight) -> Stretch:
        try:
            body = self.client.line.read(flight.reply.result())
            return read_chain(self.keyset, flight.span, self.client.split(flight.commands, body))
        except PortalError as error:
            return Stretch([], flight.span.after, finished=False, error=error)
