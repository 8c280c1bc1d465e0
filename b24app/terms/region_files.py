"""The data files of all regions: which there are and how each is read. The start of the application reads every one."""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from b24app import sources
from b24app.plans.plan_catalogue import PLANS, PlanFile
from b24app.sources import NEIGHBOURS, BadDataFile, read_data, read_neighbours
from b24app.terms.payment_plan import PAYMENTS, Payments
from b24app.terms.policy import POLICY, PolicyFile
from b24app.terms.working_days import CALENDAR, CalendarFile, is_known_country

SHAPES: Mapping[str, type[object]] = {
    PLANS: PlanFile,
    POLICY: PolicyFile,
    PAYMENTS: Payments,
    CALENDAR: CalendarFile,
}


def data_files(folder: Path) -> Iterator[Path]:
    """Every data file: those common to all regions, then those of each region, as each is laid over the ones before."""
    yield from sorted(folder.glob("*.toml"))
    yield from sorted(
        folder.glob("*/*.toml"), key=lambda path: (path.parent.name != sources.ABROAD, path.as_posix())
    )


def read_file(path: Path, folder: Path) -> object:
    """Read one data file as its region has it; BadDataFile names the file and the key of a slip."""
    region = "" if path.parent == folder else path.parent.name
    if path.name == NEIGHBOURS and not region:
        return read_neighbours()
    if path.name not in SHAPES:
        raise BadDataFile(path, "", f"no data file has this name, only {', '.join(sorted(SHAPES))}")
    if path.name == CALENDAR and not is_known_country(region):
        raise BadDataFile(path, "", f"the library of holidays knows no country {region!r}")
    return read_data(SHAPES[path.name], path.name, region, folder)


def read_all_files() -> None:
    """Read the data files of every region once, so that a slip stops the start and not a page."""
    _read_all(sources.DATA)


@functools.cache
def _read_all(folder: Path) -> None:
    for path in data_files(folder):
        read_file(path, folder)
