"""Fields of the vendor's card as texts to paste, put together from the kit's tables."""

from collections.abc import Iterable, Mapping

from b24app.manifest import Manifest
from tools.listing_kit import CardText, Kit

TITLES = {
    "name": ("Название приложения", "Application name"),
    "slogan": ("Маркетинговый слоган", "Short description"),
    "description": ("Полное описание", "Full description"),
    "keywords": ("Ключевые слова", "Keywords"),
    "installation": ("Описание процесса установки", "Installation process description"),
    "support": ("Информация о поддержке и обратной связи", "Support and feedback information"),
    "whats_new": ("Что нового в приложении", "What's new in the application"),
    "test_data": ("Тестовые данные", "Test data"),
    "price": ("Пояснение к ценовой политике", "A note on the pricing policy"),
}
"""Names of the card's fields, in Russian and English, in the order of the card."""


NO_EXTRAS = "no_extras"


def fields_of(
    kit: Kit, region: str, language: str, manifest: Manifest, *, extras: bool = False
) -> dict[str, str]:
    """Every field of a card in one language, with the operator's words still in braces; `extras` where he has paid functions."""
    text = kit.texts[region, language]
    return {
        "name": text.name,
        "slogan": text.slogan,
        "description": write_description(text, extras=extras),
        "keywords": ", ".join(text.keywords),
        "installation": write_installation(text),
        "support": text.support.text.strip(),
        "whats_new": kit.versions.get(language, {}).get(manifest.version, ""),
        "test_data": numbered(text.test_data.steps),
        "price": text.price.extras if extras else text.price.text,
    }


def write_description(text: CardText, *, extras: bool) -> str:
    """The opening, what it does, and the limits."""
    told = text.description
    limits = told.limits | ({NO_EXTRAS: told.extras} if extras else {})
    parts = (
        told.opening,
        f"{told.abilities_title}\n{listed(told.abilities)}",
        f"{told.limits_title}\n{listed(limits)}",
    )
    return "\n\n".join(parts)


def write_installation(text: CardText) -> str:
    """The steps, each setting, each external service."""
    told = text.installation
    return "\n\n".join(
        (
            numbered(told.steps),
            f"{told.settings_title}\n{listed(told.settings)}",
            listed(told.external),
        )
    )


def listed(sentences: Mapping[str, str]) -> str:
    """Sentences as a list."""
    return "\n".join(f"• {sentence}" for sentence in sentences.values())


def numbered(steps: Iterable[str]) -> str:
    """Steps with their numbers."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
