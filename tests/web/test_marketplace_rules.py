"""The rules of the marketplace's reviewers: no offers and no promotion in any text, no password of the portal, no chat-bot, HEAD answers."""

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from b24app.manifest import ROOT
from tests.actors import Opened
from tests.web.test_portal_refused import every_page, shop  # noqa: F401 - a fixture
from tools.used_methods import used_methods

OFFERS = re.compile(
    r"скидк|промо(?!ут)|вебинар|распродаж|спецпредложени|\bакци[яиюей]|купите|выгодн"
    r"|discount|promotion|webinar|special offer|buy (?:from|our|now)",
    re.IGNORECASE,
)
LOCAL_ALONE = {
    "The savings are those of the article, which has no date: no other source confirms them.",
    "with the article’s discount",
}
"""What the article says of the price of two and three years is shown by the local edition, or where the person's own invoice shows it."""
PASSWORDS_OF = {
    "templates/clients/report_look.html",
    "templates/copy/ask_key.html",
    "templates/copy/target_fields.html",
}
"""The integrator's own mail server, the key of a copy, the storage of a copy."""


def all_texts() -> Iterator[tuple[str, str]]:
    """Every message id with each of its texts in Russian."""
    for file in sorted((ROOT / "translations" / "parts").glob("*.po")):
        for message in read_po(io.BytesIO(file.read_bytes()), locale="ru"):
            names = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            yield from ((str(names[0]), text) for text in (*names, *texts) if text)


def test_no_text_offers_or_promotes_anything() -> None:
    assert {name for name, text in all_texts() if OFFERS.search(text)} == LOCAL_ALONE


@pytest.mark.parametrize(
    "offer", ["Скидка 10 % до пятницы", "Вебинар по продлению", "Buy from our partner", "Спецпредложение"]
)
def test_an_offer_is_found(offer: str) -> None:
    assert OFFERS.search(offer)


@pytest.mark.usefixtures("first_checks")
@pytest.mark.cases
def test_no_page_of_the_marketplace_edition_offers_anything(shop: Opened) -> None:  # noqa: F811
    found = {page: OFFERS.search(shop.get(page).text) for page in every_page()}
    assert {page: match[0] for page, match in found.items() if match} == {}


def test_a_password_is_asked_for_storages_keys_and_mail_servers_alone() -> None:
    asking = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "templates").rglob("*.html")
        if 'type="password"' in file.read_text(encoding="utf-8")
    }
    assert asking == PASSWORDS_OF


def test_there_is_no_chat_bot_that_would_have_to_greet() -> None:
    assert used_methods({"imbot"}) == {}


@pytest.mark.parametrize("address", ["/app", "/install"])
def test_the_addresses_of_the_card_answer_head(visitor: FlaskClient, address: str) -> None:
    assert visitor.head(address).status_code == 200
