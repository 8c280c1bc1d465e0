"""Links: whatever a page leads to, shows or fetches by itself answers, in both languages."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.actors import Actor, Opened
from tests.web.test_portal_refused import every_page, shop  # noqa: F401 - a fixture

LEADING = ("href", "src", "hx-get", "data-bundle")
ELSEWHERE = ("mailto:", "tel:", "tg:", "webcal:", "data:", "javascript:")
MOST_OF_PATH, MOST_IN_FOLDER = 3, 25  # the conditions of a list can be combined without end
pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.cases]


class Leads(HTMLParser):
    """What one page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note each address that a browser may ask for."""
        given = {name: value or "" for name, value in attrs}
        self.links |= {given[name].strip() for name in LEADING if given.get(name)}
        if tag == "form" and given.get("method", "get").lower() == "get" and given.get("action"):
            self.links.add(given["action"])


def own(page: str, link: str) -> str:
    """The address of our own that a link means, or nothing for what leads elsewhere."""
    joined = urljoin(f"https://renewal.example{page}", link)
    away = link.startswith(ELSEWHERE) or urlsplit(joined).hostname != "renewal.example"
    return "" if away else joined.removeprefix("https://renewal.example")


def walk(opened: Opened, pages: list[str]) -> dict[str, str]:
    """Follow links of our own from these pages on, a few of each kind; returns each that does not answer, with the page that holds it."""
    waiting, asked, broken = [(page, "") for page in pages], Counter[str](), dict[str, str]()
    while waiting:
        target, holder = waiting.pop(0)
        address = urldefrag(target)[0]
        path = address.partition("?")[0]
        folder = path.rpartition("/")[0] + "/…"
        if address in asked or asked[path] >= MOST_OF_PATH or asked[folder] >= MOST_IN_FOLDER:
            continue
        asked.update({address, path, folder})
        with opened.get(address) as answer:
            if answer.status_code not in {200, 204, 302, 303}:
                broken[target] = f"{answer.status_code} from {holder}"
            read = Leads(answer.text if answer.mimetype == "text/html" else "")
        waiting += [(found, path) for link in sorted(read.links) if (found := own(path, link))]
    return broken


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_leads_to_nothing(shop: Opened, north: Actor, language: str) -> None:  # noqa: F811
    opened = north.opens(lang=language) if language != "ru" else shop
    pages = [*every_page(), "/help", "/support", "/legal/licence", "/legal/privacy", "/sign-in", "/api/v1/"]
    assert walk(opened, pages) == {}


def test_a_broken_link_is_found(shop: Opened) -> None:  # noqa: F811
    assert list(walk(shop, ["/nowhere-at-all"])) == ["/nowhere-at-all"]
