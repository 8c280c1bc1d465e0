"""CPU that one portal costs a day, by part: `python -m bench.portal_day [--database-url URL] [--rows N] [--days N]`."""

import argparse
import gc
import statistics
from collections import Counter

from bench.portal_life import OF_ALL, Spent, furnish

WARM = 3


def main() -> None:
    """Let some days go by and print the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--rows", type=int, default=0, help="make the shop large: number of deals")
    parser.add_argument("--days", type=int, default=40, help="days to measure")
    options = parser.parse_args()
    days: list[dict[str, float]] = []
    times: Counter[str] = Counter()
    with furnish(options.database_url, rows=options.rows) as life:
        for number in range(options.days + WARM):
            if number == WARM:
                gc.collect()
                gc.freeze()  # as a worker does with what it has loaded
            life.spent = Spent()
            life.day()
            if number >= WARM:
                days.append(life.spent.parts)
                times += life.spent.times
    print("| part | times a day | CPU ms a day, mean | p95 |\n|---|--:|--:|--:|")
    names = sorted(
        {name for day in days for name in day}, key=lambda name: -sum(day.get(name, 0) for day in days)
    )
    for name in names:
        print_row(f"{name} | {times[name] / len(days):.1f}", [day.get(name, 0.0) for day in days])
    print_row(
        "**a portal and day**", [sum(s for name, s in day.items() if OF_ALL not in name) for day in days]
    )


def print_row(name: str, found: list[float]) -> None:
    """One line of the table."""
    last = sorted(found)[int(len(found) * 0.95)]
    print(f"| {name} | {statistics.mean(found) * 1000:.1f} | {last * 1000:.1f} |")


if __name__ == "__main__":
    main()
