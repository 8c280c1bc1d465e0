"""Which statements each test asks of SQLite, so that PostgreSQL is asked every one of them again by few tests."""

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

ENOUGH = 2
"""How many tests ask a statement of PostgreSQL, where so many do: it may find other rows in the second."""
SHORTEST = 0.05
"""Seconds that a test takes at least, with its database."""
LIST = re.compile(r"\((?:\?(?:, )?)+\)")
ROWS = re.compile(r"(?:\(\?\)(?:, )?)+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one test asked, and the seconds that it took."""

    statements: frozenset[str]
    seconds: float


@dataclass(slots=True)
class Recorder:
    """What the tests of this process have asked so far."""

    running: set[str] = field(default_factory=set)
    unanswered: bool = False
    tests: dict[str, Asked] = field(default_factory=dict)

    def note(self, _connection: object, _cursor: object, statement: str, *_others: Any) -> None:
        """Keep one statement of the running test; how long its lists are makes no difference."""
        same = ROWS.sub("(?)", LIST.sub("(?)", statement))
        self.running.add(hashlib.sha256(same.encode()).hexdigest()[:12])

    @contextmanager
    def during(self, test: str) -> Iterator[None]:
        """Record one test."""
        self.running.clear()
        self.unanswered = False
        began = time.perf_counter()
        yield
        if not self.unanswered:
            self.tests[test] = Asked(frozenset(self.running), round(time.perf_counter() - began, 2))

    def skip(self) -> None:
        """The running test has been skipped: SQLite has not answered it."""
        self.unanswered = True

    def write(self, folder: Path, worker: str) -> None:
        """Keep what this process has seen."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = {name: [sorted(one.statements), one.seconds] for name, one in self.tests.items()}
        (folder / f"{worker}-{os.getpid()}.json").write_text(json.dumps(kept))


RECORDER = Recorder()
"""Of this process; the engines of `tests/databases.py` tell it what they are asked."""


def read(folder: Path) -> dict[str, Asked]:
    """What the last run on SQLite has recorded; nothing where there was none."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return {name: Asked(frozenset(one[0]), one[1]) for kept in found for name, one in sorted(kept.items())}


def choose(asked: Mapping[str, Asked]) -> frozenset[str]:
    """The tests that together ask every statement often enough, first those that bring most in a second."""
    missing = Counter(one for test in asked.values() for one in test.statements)
    missing = Counter({one: min(count, ENOUGH) for one, count in missing.items()})
    chosen = set[str]()
    line = [(-_worth(test, missing), name) for name, test in asked.items() if test.statements]
    heapify(line)
    while line:
        _, name = heappop(line)
        worth = _worth(asked[name], missing)
        if line and worth < -line[0][0]:  # others have brought meanwhile what it would have
            heappush(line, (-worth, name))
        elif worth:
            chosen.add(name)
            missing.subtract(one for one in asked[name].statements if missing[one])
    return frozenset(chosen)


def _worth(test: Asked, missing: Mapping[str, int]) -> float:
    return sum(1 for one in test.statements if missing[one]) / (test.seconds + SHORTEST)
