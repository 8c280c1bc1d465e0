"""What a measured night means for a whole one: four hours, portals that answer in two seconds, and ten times as many of them."""

import os
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from b24app.jobs.night import LASTS, MOST
from b24app.jobs.worker import SLOTS, WorkerTimes
from bench.fleet_portals import NIGHTLY
from bench.stub_portals import HTML_PORTALS, SILENT_PORTALS

NIGHT = LASTS.total_seconds()
LATENCY = 2.0
WORKERS = 2
HTML, SILENT = len(HTML_PORTALS) / 100, len(SILENT_PORTALS) / 100
USUAL = 1 - HTML - SILENT


@dataclass(frozen=True, slots=True)
class Night:
    """One measured night, or the part of it that there was time for."""

    portals: int
    latency: float
    seconds: float
    done: int
    left: int
    cpu: float
    numbers: Mapping[str, float]
    press: tuple[float, ...]
    before: float
    after: float

    def each(self, name: str) -> float:
        """A number for one portal."""
        return self.numbers.get(name, 0) / max(1, self.done)

    def row(self) -> str:
        """The line of the table."""
        requests = sum(value for name, value in self.numbers.items() if name.endswith("requests"))
        done = max(1, self.done)
        cells = (
            self.portals, f"{self.seconds:.0f}", self.done, f"{self.done / self.seconds * 3600:,.0f}",
            f"{self.cpu / done:.2f}", f"{requests / done:.1f}", f"{self.each('statements'):.0f}",
            f"{self.each('commits'):.0f}", f"{self.before / 1e6:.0f}", f"{(self.after - self.before) / 1000 / done:.0f}",
            f"{statistics.median(self.press):.2f}, {max(self.press):.2f}",
        )  # fmt: skip
        return f"| {' | '.join(map(str, cells))} |"

    def slot_seconds(self) -> float:
        """How long one portal holds nightly slots at two seconds a request: waiting, working, and its share of bad ones."""
        waits = (
            self.each("usual requests") / USUAL - 1
        ) * LATENCY  # one of them is refused at once: its token is old
        bad = self.numbers.get("held", 0) / max(1, self.done) / SILENT
        return USUAL * waits + SILENT * bad + self.cpu / max(1, self.done)

    def uses(self, many: int) -> Mapping[str, float]:
        """Which share of each limit so many portals use in four hours."""
        asked = WORKERS * MOST * NIGHT / WorkerTimes().tick
        return {
            f"processor ({os.cpu_count()} cores)": many * self.cpu / max(1, self.done) / (os.cpu_count() or 1) / NIGHT,
            f"nightly slots ({WORKERS} workers with {SLOTS_EACH})": many * self.slot_seconds() / (WORKERS * SLOTS_EACH) / NIGHT,
            f"asking ({MOST} a tick of {WorkerTimes().tick:.0f} s and worker)": many * len(NIGHTLY) / asked,
        }  # fmt: skip


SLOTS_EACH = next(count for lane, count in SLOTS.items() if lane == "nightly")


def print_forecast(night: Night) -> None:
    """Say how long the night of 10,000 lasts, and what breaks first on the way to 100,000."""
    asked = {name: round(value, 1) for name, value in night.numbers.items()}
    print(f"\nwhat was counted: {asked}, work left: {night.left}")
    print(f"unknown questions to the stub: {night.numbers.get('unknown questions', 0):.0f}")
    print(f"a portal holds slots for {night.slot_seconds():.1f} s at {LATENCY:.0f} s a request")
    for many in (10_000, 100_000):
        uses = sorted(night.uses(many).items(), key=lambda pair: -pair[1])
        lasts = NIGHT / 3600 * uses[0][1]
        print(f"\n{many:,} portals: the night lasts {lasts:.1f} h of {NIGHT / 3600:.0f}")
        for name, share in uses:
            print(f"  {share:7.1%} of {name}")
    first, share = max(night.uses(100_000).items(), key=lambda pair: pair[1])
    print(f"\non the way to 100,000 breaks first: {first}, at {100_000 / share:,.0f} portals")
