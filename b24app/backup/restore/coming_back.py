"""How settings of a copy come back: by the button, by hand, or not at all; the same answer for pages and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b24app.backup.entities.entity import Back, Entity, Tier, entities_of
from b24app.backup.settings_versions.kept_titles import ANY_PORTAL


@dataclass(frozen=True, slots=True)
class ComingBack:
    """Titles of one answer, each once, and notes on some of them."""

    back: Back
    titles: tuple[str, ...]
    notes: Mapping[str, str]


def settings_by_back() -> tuple[ComingBack, ...]:
    """Every kind of settings by how it comes back, in the order of `Back`."""
    declared = list(entities_of(ANY_PORTAL, Tier.SETTINGS))
    return tuple(_of(back, [one for one in declared if one.back is back]) for back in Back)


def _of(back: Back, declared: Sequence[Entity]) -> ComingBack:
    titles = tuple(dict.fromkeys(one.title for one in declared))
    notes = {one.title: one.note for one in declared if one.note}
    return ComingBack(back, titles, notes)
