"""The three ways to restore after a mass loss: what each gives and costs, and how long it is open. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.backup.proofs.loss_rules import SUPPORT_DAYS, goes_to_bin
from b24app.backup.restore.data.shop.row_types import shop_type
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

SCALE = 30
"""Days that a whole bar represents, the same in every bar."""
BIN_PATH = "/crm/recyclebin/"
"""The page of the portal's own component `bitrix:crm.recyclebin.list`."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """One way to restore: `gives` and `costs` are complete, so that the choice is informed; `first` owns the filled button."""

    code: str
    title: str
    clock: Sentence
    about: Sentence
    left: float
    level: str
    gives: Sequence[Sentence]
    costs: Sequence[Sentence]
    open: bool = True
    first: bool = False


@dataclass(frozen=True, slots=True)
class LostParts:
    """What was lost, as far as it decides how to restore: kinds of items, pipelines, columns."""

    entities: frozenset[str]
    pipelines: int = 0
    columns: int = 0

    @property
    def only_items(self) -> bool:
        """Whether nothing but items is lost, and all of them go to the bin."""
        return (
            bool(self.entities)
            and not self.pipelines
            and not self.columns
            and all(goes_to_bin(one) for one in self.entities)
        )


class CopyPlace(StrEnum):
    """Where a copy is kept: in the storage in use, with the people who downloaded it, or in a storage that was given up."""

    STORAGE = "storage"
    TAKEN = "taken"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class CopyOffered:
    """The copy that still holds what was lost; `verified` is whether all its proofs passed."""

    made_on: date
    verified: bool
    place: CopyPlace = CopyPlace.STORAGE


KEPT = {CopyPlace.STORAGE: N_("it is kept"), CopyPlace.TAKEN: N_("you have it")}
KEPT_ABOUT = {
    CopyPlace.STORAGE: N_("until you decide, of %(day)s"),
    CopyPlace.TAKEN: N_("of %(day)s, as you downloaded it"),
}


def ways_back(
    lost: LostParts,
    copy: CopyOffered | None,
    today: date,
    *,
    bin_until: date,
    support_until: date,
    cut_by_grace: bool,
) -> list[WayBack]:
    """The ways to restore in their order: the bin first where it brings everything back with its numbers and dates."""
    bin_open = today <= bin_until and any(goes_to_bin(one) for one in lost.entities)
    bin_first = lost.only_items and bin_open
    ways = [
        _from_copy(lost, copy, first=not bin_first),
        _from_bin(lost, today, bin_until, cut_by_grace=cut_by_grace, first=bin_first),
        _from_support(today, support_until),
    ]
    return [ways[1], ways[0], ways[2]] if bin_first else ways


def _from_copy(lost: LostParts, copy: CopyOffered | None, *, first: bool) -> WayBack:
    if copy is None:
        about = sentence(N_("no copy was made before the loss"))
        return _no_way(sentence(N_("none")), about, N_("There is nothing to put back from"), "fail")
    if copy.place is CopyPlace.GIVEN_UP:
        about = sentence(N_("of %(day)s, in a storage that was given up"), day=copy.made_on)
        cost = N_("It opens with your key and the program that reads copies without us")
        return _no_way(sentence(N_("out of reach")), about, cost, "warn")
    gives = sentence(N_("Brings back pipelines, fields and records with their relations"))
    if lost.entities and not lost.pipelines and not lost.columns:
        gives = sentence(N_("Brings back the records with their relations"))
    elif not lost.entities and not lost.pipelines:
        gives = sentence(N_("Writes the lost values back into the same records"))
    costs = [sentence(one) for one in _costs_of_copy(lost)]
    return WayBack(
        "copy",
        N_("Your copy"),
        sentence(KEPT[copy.place]),
        sentence(KEPT_ABOUT[copy.place], day=copy.made_on),
        1,
        "pass",
        (gives,),
        costs,
        first=first,
    )


def _costs_of_copy(lost: LostParts) -> Iterator[str]:
    """What comes back otherwise than it was, for the kinds that are lost."""
    shop = {kind.base for one in lost.entities if (kind := shop_type(one)) is not None}
    if any(shop_type(one) is None for one in lost.entities):
        yield N_("Numbers and creation dates become new")
        yield N_("Robots are not started, letters and calls come back as lines of the timeline")
    if "order" in shop:
        yield N_(
            "Orders get new numbers; payments and receipts do not come back, shipments come back as not shipped"
        )
    if shop - {"order"}:
        yield N_(
            "Goods get new numbers; pictures come back where the copy holds files, stock that is kept by stores does not"
        )


def _no_way(clock: Sentence, about: Sentence, cost: str, level: str) -> WayBack:
    """The copy cannot help, and why."""
    return WayBack("copy", N_("Your copy"), clock, about, 0, level, (), (sentence(cost),), open=False)


def _from_bin(lost: LostParts, today: date, until: date, *, cut_by_grace: bool, first: bool) -> WayBack:
    kept = [one for one in lost.entities if goes_to_bin(one)]
    costs = []
    if lost.pipelines:
        costs.append(sentence(N_("Does not bring the pipeline back")))
    if lost.columns:
        costs.append(sentence(N_("Does not bring back what stood in fields")))
    if len(kept) < len(lost.entities):
        costs.append(sentence(N_("Holds records of CRM only: no orders, goods and tasks")))
    costs.append(
        sentence(N_("Closed on the free plan: the grace days end before the bin does"))
        if cut_by_grace
        else sentence(N_("Closed on the free plan"))
    )
    gives = (sentence(N_("Brings back the records with their numbers and dates")),) if kept else ()
    left = (until - today).days
    clock, about = _left(left, until)
    is_open = left >= 0 and bool(kept)
    return WayBack(
        "bin",
        N_("Recycle bin of CRM"),
        clock if kept else sentence(N_("nothing of it")),
        about if kept else NOTHING,
        max(0, left) / SCALE if kept else 0,
        "bar" if left > SUPPORT_DAYS else "warn",
        gives,
        costs,
        open=is_open,
        first=first and is_open,
    )


def _from_support(today: date, until: date) -> WayBack:
    left = (until - today).days
    clock, about = _left(left, until)
    return WayBack(
        "support",
        N_("Support of Bitrix24"),
        clock,
        about,
        max(0, left) / SCALE,
        "warn",
        (
            sentence(
                N_(
                    "A list of contacts, companies, leads and deals as a file, without activities and comments"
                )
            ),
        ),
        (
            sentence(N_("Or the whole portal goes back to that day, and what came later is lost")),
            sentence(N_("Only whoever registered the portal may ask, not on every plan")),
        ),
        open=left >= 0,
    )


def _left(left: int, until: date) -> tuple[Sentence, Sentence]:
    if left < 0:
        return sentence(N_("over")), sentence(N_("since %(day)s"), day=until + timedelta(days=1))
    if left == 0:
        return sentence(N_("today")), sentence(N_("is the last day"))
    return sentence(NN_("%(count)s day", "%(count)s days"), count=left), sentence(
        N_("left, until %(day)s"), day=until
    )
