"""Where each section of the source article lives in the product; the map is data, tests hold it to the pages."""

from dataclasses import dataclass

from b24app.terms.sources import read_toml


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the article and the addresses of pages that answer it."""

    title: str
    pages: tuple[str, ...]


def read_article_map() -> tuple[Section, ...]:
    """Read the map in the order of the article."""
    return tuple(
        Section(item["title"], tuple(item["pages"])) for item in read_toml("article.toml")["sections"]
    )
