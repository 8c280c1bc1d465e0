"""Placements: what a widget is, one file each found by this folder, and what this version binds in a portal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from b24app.discovery import by_code, import_all
from b24app.frames.page_token import Frame
from b24app.portals.install import WantedBindings, bind_install
from b24app.services import services
from b24app.text.offered_languages import portal_code
from b24app.text.translation import Translator

Choice = Callable[[Frame], str]


@dataclass(frozen=True, slots=True)
class Placement:
    """One widget; `administrator` and `employee` choose a page of ours by the frame's options."""

    code: str
    titles: Mapping[str, str]
    administrator: Choice
    employee: Choice

    def choose(self, frame: Frame) -> str:
        """The path of the page that this person gets; rights were learned from the portal."""
        return self.administrator(frame) if frame.is_admin else self.employee(frame)


def always(path: str) -> Choice:
    """A choice that does not depend on options."""
    return lambda _frame: path


@cache
def load_placements() -> Mapping[str, Placement]:
    """Import every file of `placements/` and return the PLACEMENT that each declares, by code."""
    declared = (vars(module).get("PLACEMENT") for module in import_all("b24app.placements"))
    return by_code(one for one in declared if isinstance(one, Placement))


RETIRED = frozenset({"LEFT_MENU", "CRM_ANALYTICS_MENU"})
"""Places of earlier releases: an entry that a portal still has opens the application's own page until it is unbound."""


def wanted_bindings() -> WantedBindings:
    """The placements and events of manifest.json, with the titles from the placements' own files."""
    manifest = services().manifest
    return WantedBindings(
        public_url=services().settings.public_url,
        placements={
            code: all_titles(load_placements()[code], manifest.languages) for code in manifest.placements
        },
        events=manifest.events,
    )


def all_titles(placement: Placement, languages: Iterable[str]) -> Mapping[str, str]:
    """The titles by a portal's codes of languages; a prepared language that is offered has them in its catalogue."""
    further = {
        portal_code(one): Translator(one).say(placement.titles["en"])
        for one in languages
        if one not in placement.titles
    }
    return {**placement.titles, **further}


def bind_portal(portal_id: int) -> None:
    """Bind everything anew: the job after an update or an installation without the wizard."""
    step = bind_install(portal_id, wanted_bindings())
    if step.error is not None and not step.words.good:
        raise step.error
