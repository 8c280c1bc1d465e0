"""Whether a text is of the language that its field is for: letters, and words of another alphabet."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

KAZAKH = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
KAZAKH_SHARE = 0.03
"""Of all letters of a Kazakh text; its own letters are about a tenth."""
CYRILLIC_WORD = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PLACEHOLDER = re.compile(r"\{\w+\}")
SHORT = 60
"""Letters below which nothing is said of shares."""


def strangers(
    rules: Mapping[str, Any], language: str, fields: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Field and word of another language."""
    known = set(rules["latin_words"]["names"])
    for name, value in fields.items():
        plain = PLACEHOLDER.sub("", value)
        if language == "en":
            yield from ((name, word) for word in CYRILLIC_WORD.findall(plain))
        else:
            yield from (
                (name, word) for word in LATIN_WORD.findall(plain) if word not in known | {"Битрикс24"}
            )
            yield from ((name, word) for word in wrong_letters(language, plain))


def wrong_letters(language: str, text: str) -> Iterator[str]:
    """Kazakh letters in Russian, a Kazakh text without them, and a Cyrillic word with a Latin letter inside."""
    letters = [letter for letter in text if letter.isalpha()]
    own = [letter for letter in letters if letter in KAZAKH]
    if language == "ru" and own:
        yield own[0]
    if language == "kk" and len(letters) > SHORT and len(own) < KAZAKH_SHARE * len(letters):
        yield text[:SHORT]
    yield from re.findall(r"\b(?=\w*[А-Яа-яЁё])(?=\w*[A-Za-z])\w+\b", text)
