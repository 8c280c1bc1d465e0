"""Guides: how to renew by each route, autopay, a smaller plan, safety; each step with its source. Pure."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from b24app.terms.sources import read_data

DATA = Path(__file__).with_name("data")
NO_TEXT: Mapping[str, str] = {"ru": "", "en": ""}
OWN_PAGES = ("/documents", "/after")


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step in both languages; `article` is what the article says where it differs."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    path: str
    source: Mapping[str, str]
    checked: date
    grade: str
    article: Mapping[str, str] = field(default_factory=lambda: NO_TEXT)

    @property
    def own(self) -> bool:
        """Whether its path is a page of this application, not of the portal."""
        return self.path in OWN_PAGES


@dataclass(frozen=True, slots=True)
class Guide:
    """One way through the renewal."""

    code: str
    title: Mapping[str, str]
    lead: Mapping[str, str]
    steps: tuple[GuideStep, ...]


@dataclass(frozen=True, slots=True)
class GuideFile:
    """What guides.toml holds."""

    guides: tuple[Guide, ...]


@functools.cache
def read_guides() -> Mapping[str, Guide]:
    """Read the guides that ship with this version, by code, in their order."""
    return {guide.code: guide for guide in read_data(GuideFile, "guides.toml", folder=DATA).guides}
