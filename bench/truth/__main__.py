"""How much of what happens to shops is told, and how much is said without reason: `python -m bench.truth [--only NAME]`.

Plays every row of the tables beside this file in the sandbox against the whole application, prints a line for each miss
and the rates, and ends with 1 when a rate misses its goal. `--only` takes a file of `situations/`, a check or a kind,
and leaves out the five trading shops of forty days (`noise.py`).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bench.truth.judgement import Outcome, play_check, play_comparison
from bench.truth.noise import noise
from bench.truth.shop import Street, open_street
from bench.truth.situation import CheckRow, ComparisonRow, Situation, check_rows, comparison_rows, declared

MOST_OF_HUNDRED = 3
"""At most so many of a hundred faults may be told by nothing, and of a hundred oddities alarm."""
Row = CheckRow | ComparisonRow


@dataclass(frozen=True, slots=True)
class Rate:
    """How many rows of one sort went wrong, and how many may."""

    title: str
    wrong: int
    total: int
    most_of_hundred: int

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.wrong * 100 <= self.most_of_hundred * self.total


def main() -> int:
    """Play, print, and answer whether a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="a file of situations, a check or a kind of object")
    parser.add_argument(
        "--all-lines", action="store_true", help="print what was said of every row, not only of misses"
    )
    options = parser.parse_args()
    rows = [row for row in (*check_rows(), *comparison_rows()) if _is_wanted(row, options.only)]
    played: list[tuple[Row, Outcome]] = []
    with open_street() as street:
        for row in rows:
            played.append((row, _play(street, row)))
            if options.all_lines or not played[-1][1].right:
                print(
                    f"{'right' if played[-1][1].right else 'WRONG'}  {_subject(row)}  {row.situation}\n       {played[-1][1].words}",
                    flush=True,
                )
    rates = rates_of(played)
    print("\n| | wrong | of | goal |\n|---|--:|--:|--:|")
    for rate in rates:
        print(f"| {rate.title} | {rate.wrong} | {rate.total} | {rate.most_of_hundred} % |")
    loud = [] if options.only else noise()
    for line in loud:
        print(f"NOISE  {line}")
    if not options.only:
        print(f"\nFive trading, unchanged shops over forty days: {len(loud)} lines of noise")
    return 0 if all(rate.is_reached for rate in rates) and not loud else 1


def rates_of(played: Sequence[tuple[Row, Outcome]]) -> list[Rate]:
    """The three rates, of the given rows and of our own apart."""
    found = []
    for own in (False, True):
        whose = "own" if own else "given"
        mine = [(row, outcome) for row, outcome in played if row.own is own]
        checks = [(row, outcome) for row, outcome in mine if isinstance(row, CheckRow)]
        faults = [outcome for row, outcome in checks if row.is_fault]
        oddities = [outcome for row, outcome in checks if not row.is_fault]
        compared = [outcome for row, outcome in mine if isinstance(row, ComparisonRow)]
        found += [
            _rate(f"faults told by nothing, {whose}", faults, MOST_OF_HUNDRED),
            _rate(f"oddities that alarm, {whose}", oddities, MOST_OF_HUNDRED),
            _rate(f"changes misreported, {whose}", compared, 0),
        ]
    return found


def _rate(title: str, outcomes: Sequence[Outcome], most: int) -> Rate:
    return Rate(title, sum(not outcome.right for outcome in outcomes), len(outcomes), most)


def _subject(row: Row) -> str:
    return row.check if isinstance(row, CheckRow) else row.kind


def _of(row: Row) -> Situation | None:
    return declared().get((_subject(row), row.situation))


def _is_wanted(row: Row, only: str) -> bool:
    how = _of(row)
    return not only or only == _subject(row) or (how is not None and how.room == only)


def _play(street: Street, row: Row) -> Outcome:
    how = _of(row)
    if how is None:
        return Outcome(right=False, words="nobody plays this row")
    if isinstance(row, CheckRow):
        return play_check(street, row, how)
    return play_comparison(street, row, how)


if __name__ == "__main__":
    sys.exit(main())
