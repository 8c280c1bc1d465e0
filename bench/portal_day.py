"""CPU that one portal costs a day, by part: `python -m bench.portal_day [--database-url URL] [--rows N] [--days N]`."""

import argparse
import statistics

from bench.portal_life import Spent, furnish

WARM = 3


def main() -> None:
    """Let some days go by and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--rows", type=int, default=0, help="make the shop large: number of deals")
    parser.add_argument("--days", type=int, default=40, help="days to measure")
    options = parser.parse_args()
    days: list[dict[str, float]] = []
    with furnish(options.database_url, rows=options.rows) as life:
        for number in range(options.days + WARM):
            life.spent = Spent()
            life.night()
            if number >= WARM:
                days.append(life.spent.parts)
    print("| part | CPU ms, median | p95 |\n|---|--:|--:|")
    for part in [*days[0], "whole day"]:
        found = sorted(day.get(part, sum(day.values())) * 1000 for day in days)
        print(f"| {part} | {statistics.median(found):.1f} | {found[int(len(found) * 0.95)]:.1f} |")


if __name__ == "__main__":
    main()
