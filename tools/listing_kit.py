"""The listing kit as frozen objects: regions, texts by region and language, evidence, versions and rules; read from listing/*.toml."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from b24app.manifest import ROOT

KIT = ROOT / "listing"
Words = dict[str, str]


class Strict(BaseModel):
    """A table of the kit: no key is passed over, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(Strict):
    """Where a card is published, in which languages, by which price policy."""

    title: Words
    languages: tuple[str, ...]
    required: str
    application: str
    price_policy: str
    minimal_plan: str
    reference_only: bool = False
    international: bool = False


class Category(Strict):
    """A section of the catalogue; without `seen` it is a wish."""

    ru: str
    en: str
    seen: str = ""


class VersionCard(Strict):
    """Switches of the version's card."""

    type: Words
    own_page_and_menu_item: bool
    mobile: bool
    install_by_any_user: bool


class Description(Strict):
    """The full description: what the application does, and every limit, sentence by sentence."""

    opening: str
    abilities_title: str
    limits_title: str
    abilities: Words
    limits: Words
    extras: str
    """What is said in place of the limit `no_extras` where the operator takes money for something of his own."""

    @property
    def claims(self) -> Words:
        """Every sentence by its code."""
        return self.abilities | self.limits


class Installation(Strict):
    """How to install, where the settings are, how each external service is set up."""

    steps: tuple[str, ...]
    settings_title: str
    settings: Words
    external: Words


class Support(Strict):
    text: str


class Price(Strict):
    text: str
    extras: str


class Steps(Strict):
    steps: tuple[str, ...]


class CardText(Strict):
    """All texts of a card in one language."""

    name: str
    slogan: str
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    description: Description
    installation: Installation
    support: Support
    test_data: Steps
    price: Price
    draft: bool = False
    read_by: str = ""

    @property
    def listed(self) -> bool:
        """Whether it may be given to the vendor: a draft waits for a native reader."""
        return not self.draft


class Length(Strict):
    """How much a field holds, and who says so."""

    least: int = 0
    most: int = Field(gt=0)
    source: str


class Evidence(Strict):
    """What a sentence stands on; `limit` is the kind of the limit that it names."""

    shown: tuple[str, ...]
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """The whole folder."""

    folder: Path
    regions: Mapping[str, Region]
    zones: Mapping[str, str]
    others: str
    price_policies: Mapping[str, Words]
    plan_titles: Mapping[str, Words]
    categories: tuple[Category, ...]
    version_card: VersionCard
    limits: tuple[str, ...]
    claims: Mapping[str, Evidence]
    versions: Mapping[str, Mapping[int, str]]
    """What is new, by language and version."""
    rules: Mapping[str, Any]
    readers: frozenset[tuple[str, str]]
    """Who has signed which prepared language."""
    texts: Mapping[tuple[str, str], CardText]

    def length(self, name: str) -> Length:
        """The rule of length of a field."""
        return Length.model_validate(self.rules["lengths"][name])

    @property
    def patterns(self) -> Mapping[str, Any]:
        """Words and expressions that a text may not, or alone may, hold."""
        found: Mapping[str, Any] = self.rules["patterns"]
        return found

    def region_of(self, zone: str) -> str:
        """The region whose card a portal of this zone sees."""
        return self.zones.get(zone, self.others)


def read_kit(folder: Path = KIT) -> Kit:
    """Read the folder; a key that nobody knows or that is missing stops it, with the file's name."""
    regions, evidence = read_toml(folder / "regions.toml"), read_toml(folder / "evidence.toml")
    others, tables = regions.pop("others"), {name: regions.pop(name) for name in KIT_TABLES}
    known = {name: Region.model_validate(one) for name, one in regions.items()}
    return Kit(
        folder=folder,
        regions=known,
        zones=tables["zones"],
        others=others,
        price_policies=tables["price_policies"],
        plan_titles=tables["plan_titles"],
        categories=tuple(Category.model_validate(one) for one in tables["categories"]),
        version_card=VersionCard.model_validate(tables["version_card"]),
        limits=tuple(evidence["limits"]),
        claims={code: Evidence.model_validate(one) for code, one in evidence["claims"].items()},
        versions={path.stem: read_versions(path) for path in sorted((folder / "versions").glob("*.toml"))},
        rules=read_toml(folder / "rules.toml"),
        readers=read_readers(),
        texts={
            (name, language): read_text(folder, name, language)
            for name, region in known.items()
            for language in region.languages
        },
    )


KIT_TABLES = ("zones", "price_policies", "plan_titles", "categories", "version_card")


def read_readers(path: Path = ROOT / "translations" / "readers.toml") -> frozenset[tuple[str, str]]:
    """Language and name of everybody who has signed."""
    signed = read_toml(path).get("readers", []) if path.exists() else []
    return frozenset((one["language"], one["reader"]) for one in signed)


def read_ticks(path: Path = ROOT / "manifest.json") -> dict[str, bool]:
    """What manifest.json says is ticked in the card; nothing where it does not say."""
    found: dict[str, bool] = json.loads(path.read_text(encoding="utf-8")).get("card", {})
    return found


def read_versions(path: Path) -> dict[int, str]:
    """What is new in each version, in one language."""
    return {int(number): told.strip() for number, told in read_toml(path).items()}


def read_text(folder: Path, region: str, language: str) -> CardText:
    """One card's text: that of the file that it is like, with what differs."""
    chain = [read_toml(folder / region / f"{language}.toml")]
    while like := chain[0].pop("like", ""):
        chain.insert(0, read_toml(folder / f"{like}.toml"))
    return CardText.model_validate(reduce(laid_over, chain))


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables key by key, everything else replaced."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = laid_over(below[key], value) if both else value
    return merged


def read_toml(path: Path) -> dict[str, Any]:
    """One file; where it is wrong its name is said."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise SystemExit(f"{path}: {wrong}") from None
