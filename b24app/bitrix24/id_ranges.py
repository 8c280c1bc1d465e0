"""Which stretches of ids to read next, and how many at once: borders by the density of ids seen so far."""

from dataclasses import dataclass, field
from math import ceil

from b24app.bitrix24.keyset_pages import IdSpan, Stretch
from b24app.bitrix24.list_methods import PAGE
from b24app.errors import PortalError, Unreachable, VendorFault

MOST_PAGES = 50
SECONDS_IN_A_BATCH = 25.0  # limits.md: a portal cuts a request at 60 s
SLOW_SECONDS = 0.02  # per command: below that more than two lanes gain nothing
FAST_LANES = 2  # one batch is made by the portal while another one is read here


@dataclass(slots=True)
class ReadingPlan:
    """The reading of one list: `top` is the highest id when it began, `density` is rows per id.

    `lanes` batches are asked for at once, each over a connection of its own.
    """

    after: int
    top: int
    density: float = 1.0
    lanes: int = 1
    pages: int = MOST_PAGES
    sizes: list[int] = field(init=False, default_factory=list)
    done: bool = field(init=False, default=False)

    @classmethod
    def of(cls, first: list[int], top: int, seconds: float, lanes: int) -> "ReadingPlan":
        """Plan the rest of a list after its first page of ids, which took `seconds` per command."""
        density = len(first) / max(1, first[-1] - first[0] + 1)
        plan = cls(first[-1], top, density)
        if seconds > 0:
            plan.pages = max(2, min(MOST_PAGES, int(SECONDS_IN_A_BATCH / seconds)))
        left = plan.expected(plan.after, top)
        batches = ceil(left / plan.pages)
        if seconds < SLOW_SECONDS or batches < 2 or lanes < 2:
            plan.lanes = min(FAST_LANES, batches, lanes)
        elif batches <= lanes:
            plan.lanes = batches + 1
            plan.sizes = staggered(left, plan.lanes, plan.pages)
        else:
            plan.lanes = lanes
        return plan

    def expected(self, after: int, until: int) -> int:
        """How many pages a stretch probably holds."""
        return max(1, ceil(max(0, until - after) * self.density / PAGE))

    def next(self) -> IdSpan | None:
        """The next stretch: bordered while several are read at once, otherwise open to the end."""
        if self.done:
            return None
        left = self.expected(self.after, self.top)
        if self.lanes == 1 or left <= self.pages:
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
        top may be gone, or the portal's pages may be smaller than the documented fifty.
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
    """Sizes for batches that are all asked for at once: each a page longer, so that they arrive one after another."""
    first = ceil((pages - batches * (batches - 1) / 2) / batches)
    return [max(1, min(most, first + number)) for number in range(batches)]
