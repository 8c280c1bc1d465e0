"""Lists read by key: pages chained in batches, several ranges of ids at once (settings/performance/huge-data.md).

The next batch is under way while rows are used; on a slow portal several ranges are read at once and yielded in order.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from b24app.bitrix24.connection import SentRequest
from b24app.bitrix24.list_methods import PAGE, IdSpan, Keyset, ListClient, Row, Stretch, read_chain
from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.bitrix24.retries import Repeats
from b24app.errors import PortalError, Unreachable, VendorFault
from b24app.network import sent_ahead

MOST_PAGES = 50
SECONDS_IN_A_BATCH = 25.0  # limits.md: a portal cuts a request at 60 s
SLOW_SECONDS = 0.02  # per command: below that more than two batches at once gain nothing
FAST_PARALLEL = 2  # one batch is made by the portal while another one is read here


@dataclass(slots=True)
class ReadingPlan:
    """The reading of one list: `top` is the highest id when it began, `density` is rows per id.

    `parallel` batches are asked for at once, each over a connection of its own.
    """

    after: int
    top: int
    density: float = 1.0
    parallel: int = 1
    pages: int = MOST_PAGES
    sizes: list[int] = field(init=False, default_factory=list)
    done: bool = field(init=False, default=False)

    @classmethod
    def of(cls, first: list[int], top: int, seconds: float, parallel: int) -> "ReadingPlan":
        """Plan the rest of a list after its first page of ids, which took `seconds` per command."""
        density = len(first) / max(1, first[-1] - first[0] + 1)
        plan = cls(first[-1], top, density)
        if seconds > 0:
            plan.pages = max(2, min(MOST_PAGES, int(SECONDS_IN_A_BATCH / seconds)))
        left = plan.expected(plan.after, top)
        batches = ceil(left / plan.pages)
        if seconds < SLOW_SECONDS or batches < 2 or parallel < 2:
            plan.parallel = min(FAST_PARALLEL, batches, parallel)
        elif batches <= parallel:
            plan.parallel = batches + 1
            plan.sizes = staggered(left, plan.parallel, plan.pages)
        else:
            plan.parallel = parallel
        return plan

    def expected(self, after: int, until: int) -> int:
        """How many pages a stretch probably holds."""
        return max(1, ceil(max(0, until - after) * self.density / PAGE))

    def next(self) -> IdSpan | None:
        """The next stretch: bordered while several are read at once, otherwise open to the end."""
        if self.done:
            return None
        left = self.expected(self.after, self.top)
        if self.parallel == 1 or left <= self.pages:
            self.done = True
            return IdSpan(self.after, None, min(self.pages, left + 1))
        pages = self.sizes.pop(0) if self.sizes else self._even(left)
        rows = pages * PAGE if self.density > 0.999 else pages * PAGE * 0.98
        span = IdSpan(self.after, self.after + int(rows / self.density), pages)
        self.after += int(rows / self.density)
        return span

    def rest(self, span: IdSpan, stretch: Stretch) -> IdSpan | None:
        """What of a span is still to be read; None when its end is proved.

        The end is a short page that came without an error. A short page below the known top is asked once more: the
        top may be deleted, or the portal's pages may be smaller than the documented fifty.
        """
        self._learn(span, stretch)
        if not stretch.finished:
            until = self.top if span.until is None else span.until
            return IdSpan(stretch.last, span.until, min(self.pages, self.expected(stretch.last, until) + 1))
        if span.until is not None or stretch.last >= self.top or not stretch.pages:
            return None
        return IdSpan(stretch.last, None, 1)

    def smaller(self, rest: IdSpan, error: PortalError) -> IdSpan:
        """After a failure of the whole answer ask for half: it may have been too long for the portal."""
        if not isinstance(error, VendorFault | Unreachable):
            return IdSpan(rest.after, rest.until, min(rest.pages, self.pages))
        self.pages = max(2, self.pages // 2)
        return IdSpan(rest.after, rest.until, min(rest.pages, self.pages, max(2, rest.pages // 2)))

    def _even(self, left: int) -> int:
        return ceil(left / ceil(left / self.pages))

    def _learn(self, span: IdSpan, stretch: Stretch) -> None:
        rows, ids = sum(map(len, stretch.pages)), stretch.last - span.after
        if stretch.finished and span.until is not None:
            ids = span.until - span.after
        if rows >= PAGE and ids > 0:
            self.density = (self.density + rows / ids) / 2


def staggered(pages: int, batches: int, most: int) -> list[int]:
    """Sizes for batches that are sent at once: each a page longer, so that their answers arrive one after another."""
    first = ceil((pages - batches * (batches - 1) / 2) / batches)
    return [max(1, min(most, first + number)) for number in range(batches)]


def read_keyset(client: ListClient, keyset: Keyset, after: int) -> Iterator[Row]:
    """Yield every row behind `after` in the order of ids."""
    rows, plan = _first_page(client, keyset, after)
    yield from rows
    if plan is None:
        return
    pool = ThreadPoolExecutor(plan.parallel, thread_name_prefix="wire")
    try:
        yield from Reader(client, keyset, pool, plan, client.connection.repeats()).rows()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _first_page(client: ListClient, keyset: Keyset, after: int) -> tuple[list[Row], ReadingPlan | None]:
    """Read one page and the highest id in one request: enough to show rows at once and to plan the rest."""
    repeats = client.connection.repeats()
    commands = {"p0": keyset.page(after), "top": keyset.top()}
    while True:
        outcomes = client.batch(commands)
        stretch = read_chain(keyset, IdSpan(after, None, 1), outcomes)
        if stretch.error is None:
            break
        client.connection.recover(stretch.error, keyset.method, None, repeats)
    rows, top = [row for page in stretch.pages for row in page], _highest(keyset, outcomes.get("top"))
    if len(rows) < PAGE:
        return rows, ReadingPlan(stretch.last, top, pages=1) if top > stretch.last else None
    ids, seconds = [keyset.paging.id_of(row) for row in rows], client.connection.seconds / len(commands)
    return rows, ReadingPlan.of(ids, top, seconds, 1 if keyset.bounded() else client.parallel)


def _highest(keyset: Keyset, outcome: Outcome | None) -> int:
    """The highest id of the list, 0 when the portal refused to show it."""
    rows = keyset.paging.rows(outcome.result) if isinstance(outcome, Answer) else []
    return max(map(keyset.paging.id_of, rows), default=0)


class PendingBatch(NamedTuple):
    """A batch under way."""

    span: IdSpan
    commands: dict[str, Command]
    pair: Tokens | None
    reply: Future[SentRequest]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one keyset list; one thread takes the answers of several connections in order."""

    client: ListClient
    keyset: Keyset
    pool: ThreadPoolExecutor
    plan: ReadingPlan
    repeats: Repeats

    def rows(self) -> Iterator[Row]:
        """Yield rows in order; a stretch that broke off goes on behind its last row before the next one is used."""
        pending: deque[PendingBatch] = deque()
        self._fill(pending)
        while pending:
            first = pending.popleft()
            stretch = self._receive(first)
            rest = self.plan.rest(first.span, stretch)
            if stretch.pages:
                self.repeats.reset()
            if rest and not stretch.error:
                pending.appendleft(self._send(rest))
            self._fill(pending)
            while stretch.pages:
                yield from stretch.pages.pop(0)
            if rest and stretch.error:
                self.client.connection.recover(stretch.error, self.keyset.method, first.pair, self.repeats)
                pending.appendleft(self._send(self.plan.smaller(rest, stretch.error)))

    def _fill(self, pending: deque[PendingBatch]) -> None:
        while len(pending) < self.plan.parallel and (span := self.plan.next()):
            pending.append(self._send(span))

    def _send(self, span: IdSpan) -> PendingBatch:
        connection = self.client.connection
        connection.operating.wait_turn("batch", self.keyset.method)
        commands = self.keyset.chain(span.after, span.until, span.pages)
        pair = connection.pair()
        context = copy_context()
        context.run(sent_ahead.set, True)
        reply = self.pool.submit(context.run, self._fetch, commands, pair)
        return PendingBatch(span, commands, pair, reply)

    def _fetch(self, commands: dict[str, Command], pair: Tokens | None) -> SentRequest:
        """Runs in another thread; answers that wait for their turn are kept compressed, so memory stays flat."""
        params = self.client.batch_params(commands, halt=True)
        return self.client.connection.fetch("batch", params, pair, pack=self.plan.parallel > FAST_PARALLEL)

    def _receive(self, first: PendingBatch) -> Stretch:
        try:
            body = self.client.connection.read(first.reply.result())
            return read_chain(self.keyset, first.span, self.client.split(first.commands, body))
        except PortalError as error:
            return Stretch([], first.span.after, finished=False, error=error)
