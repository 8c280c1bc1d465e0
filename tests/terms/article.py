"""Where each section of the source article lives in the product: an address of a page for each heading."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

MAP = Path(__file__).with_name("article.toml")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the article, the addresses of pages that answer it, and words that its guide must hold."""

    title: str
    pages: tuple[str, ...]
    holds: tuple[str, ...] = ()


def read_article_map() -> tuple[Section, ...]:
    """Read the map in the order of the article."""
    raw = tomllib.loads(MAP.read_text(encoding="utf-8"))
    return tuple(
        Section(item["title"], tuple(item["pages"]), tuple(item.get("holds", ()))) for item in raw["sections"]
    )
