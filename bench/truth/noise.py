"""Five trading, unchanged shops over forty days and the New Year's holidays: every line that is said of them is noise.

Each is lived through in the sandbox against the whole application, which checks daily as it does by night. Only what a shop of
people would do meanwhile is done too: the copy is made anew each week. `python -m bench.truth.noise [--days N] [--shop NAME]`.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.checklist.engine.verdict import Level
from bench.truth.shop import Shop, Street, open_street
from sandbox.shop import pay_systems
from sandbox.shop.trading import WORKDAYS, Habits, trade_by

DAYS = 40
NOISE = (Level.WARN, Level.FAIL)
SHOPS: Mapping[str, Habits] = {
    "dozens of orders a day": Habits(45, 30, week=(1, 1, 1, 1, 1.1, 0.8, 0.7), on_holidays=0.5),
    "five a week on workdays": Habits(1, 1, week=WORKDAYS, opens=9, closes=18, on_holidays=0),
    "marketplaces only": Habits(
        18, 18, opens=0, closes=24, markets={62: "ozon", 38: "wb"}, ways_to_pay=((pay_systems.YOOKASSA, 100),)
    ),
    "seasonal, with a pause each year": Habits(12, 8, pauses=(((12, 14), (2, 10)),)),
    "rare and small": Habits(0.15, 0.15, week=WORKDAYS, opens=9, closes=18, on_holidays=0),
}


@dataclass(frozen=True, slots=True)
class Noise:
    """One line that an unchanged shop should not have got."""

    shop: str
    day: int
    what: str
    words: str


def noise(days: int = DAYS, names: tuple[str, ...] = tuple(SHOPS), every: int = 1) -> list[Noise]:
    """Live through so many days of the named shops, looking every so many, and return all that was said of them."""
    found: list[Noise] = []
    with open_street() as street:
        for name in names:
            found += live_through(street, name, days, every)
    return found


def live_through(street: Street, name: str, days: int, every: int = 1) -> Iterator[Noise]:
    """One shop, one line for each check or kind of object that says something new on some day."""
    with street.open(checked=False) as shop:
        trade_by(shop.portal, SHOPS[name])
        _pay_what_ends(shop)
        begin = shop.rows(shop.take_baseline())
        said: set[str] = set()
        for day in range(every, days + 1, every):
            shop.advance(days=every)
            if day // 7 > (day - every) // 7:
                shop.answer("ask_backup", value=shop.now.date().isoformat())
            run_id = shop.run("daily")
            for code, row in shop.rows(run_id).items():
                worse = row.level in NOISE and (code not in begin or begin[code].level not in NOISE)
                if worse and code not in said:
                    said.add(code)
                    yield Noise(name, day, code, f"{row.line or row.title} {row.evidence}")
            view = shop.comparison(run_id)
            for line in view.lines if view else ():
                text = f"{line.change.kind.code} {line.change.difference}"
                if line.is_open and text not in said:
                    said.add(text)
                    yield Noise(name, day, text, str(line))


def _pay_what_ends(shop: Shop) -> None:
    """Nothing that is paid for ends within these weeks."""
    shop.portal.extra["sip"]["PAID_DATE_END"] = (shop.now + timedelta(days=300)).strftime("%d.%m.%Y")


def main() -> int:
    """Print the noise, and answer whether there was any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--shop", choices=tuple(SHOPS), action="append")
    options = parser.parse_args()
    found = noise(options.days, tuple(options.shop or SHOPS))
    for one in found:
        print(f"{one.shop}, day {one.day}: {one.what}: {one.words}")
    print(f"lines of noise: {len(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
