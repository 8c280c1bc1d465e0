"""The operator's words in the texts of a card, and the files that are pasted into it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from b24app.manifest import Manifest
from b24app.placements import load_placements
from tools.listing_fields import TITLES, fields_of
from tools.listing_kit import Kit
from tools.listing_languages import strangers
from tools.listing_lint import PLACEHOLDERS, placeholders, told

ALWAYS = frozenset({"public_url"})
HOST = re.compile(r"(?:[\w-]+\.)+(?P<domain>xn--[\w-]+|[^\W\d_]{2,})\b")
"""A host in a mail address or a link, with its top domain."""


CURRENCY = re.compile(r"\b(?:USD|EUR)\b|[$€]")


class NotReady(Exception):
    """What keeps a card from being pasted, line by line."""


def read_operator(path: Path | None, environment: Mapping[str, str]) -> dict[str, str]:
    """The operator's words: `name`, or `name_en` for one language, from a file or from the application's own settings."""
    if path is not None:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: str(value).strip() for name, value in given.items()}
    start = "B24APP_"
    return {
        name.removeprefix(start).lower(): value.strip()
        for name, value in environment.items()
        if name.startswith(start)
    }


def words_for(language: str, operator: Mapping[str, str]) -> dict[str, str]:
    """Each placeholder's word: that of the language before the one for all."""
    names = PLACEHOLDERS | ALWAYS
    found = {name: operator.get(f"{name}_{language}") or operator.get(name, "") for name in names}
    return {name: value for name, value in found.items() if value}


def filled_card(
    kit: Kit, region: str, language: str, operator: Mapping[str, str], manifest: Manifest
) -> dict[str, str]:
    """Every field of a card ready to paste. Raises NotReady with everything that is missing or wrong."""
    words = words_for(language, operator)
    fields = fields_of(kit, region, language, manifest, extras="extra_prices" in words)
    wrong = []
    if not kit.texts[region, language].listed:
        wrong.append(f"{language} is a draft: it is not listed until a native reader has signed it (read_by)")
    needed = ALWAYS.union(*map(placeholders, fields.values()))
    wrong += [f"{name} is not filled in: B24APP_{name.upper()}" for name in sorted(needed - words.keys())]
    if not words.get("public_url", "https://").startswith("https://"):
        wrong.append("public_url: the card takes an address that begins with https://")
    if wrong:
        raise NotReady("\n".join(wrong))
    filled = {name: value.format(**words) for name, value in fields.items()}
    said = {name: value for name, value in words.items() if name in needed - ALWAYS}
    if found := operator_faults(kit, region, language, said):
        raise NotReady("\n".join(found))
    return filled


def operator_faults(kit: Kit, region: str, language: str, said: Mapping[str, str]) -> list[str]:
    """What the operator's own words would be refused for; names and addresses may be of any alphabet but in English."""
    faults = [
        f"{name}: {fault}"
        for name, value in said.items()
        for fault in told(name, "an offer or a promise", kit.patterns["forbidden"][language], value)
    ]
    if language == "en":
        faults += [
            f"{name}: “{word}” is not English; give {name}_en"
            for name, word in strangers(kit.patterns, language, said)
        ]
    if kit.regions[region].international:
        faults += [
            f"{name}: {found[0]} is below a national domain (CR 1.A)"
            for name, value in said.items()
            for found in HOST.finditer(value)
            if is_national(found["domain"])
        ]
        if "extra_prices" in said and not CURRENCY.search(said["extra_prices"]):
            faults.append("extra_prices: in the West sums are in USD or EUR (CR 1.A)")
        if not said.get("operator_phone", "+").startswith("+"):
            faults.append("operator_phone: an international number begins with + (CR 1.A)")
    return faults


def is_national(domain: str) -> bool:
    """Whether a top domain is a country's: two letters, or letters of another alphabet. The strictest reading."""
    return len(domain) == 2 or domain.startswith("xn--") or not domain.isascii()


def version_card(
    kit: Kit, region: str, language: str, operator: Mapping[str, str], manifest: Manifest
) -> str:
    """What the card of the version and the rest of the application's card are filled with."""
    side, place, card = ("ru" if language == "kk" else language), kit.regions[region], kit.version_card
    words, known = words_for(language, operator), load_placements()
    url = words["public_url"].rstrip("/")
    rows = {
        ("Технологический тип", "Technological type"): card.type[side],
        ("Версия", "Version"): str(manifest.version),
        ("Ссылка на приложение", "Application URL"): f"{url}/app",
        ("Ссылка на установочное приложение", "Application installer URL"): f"{url}/install",
        ("Разделы системы", "System sections"): ", ".join(manifest.scopes),
        ("Минимальный тариф", "Minimal plan"): kit.plan_titles[place.minimal_plan][side],
        ("Своя страница и пункт в главном меню", "Own page and menu item"): f"{sign(on=card.own_page_and_menu_item)} {manifest.menu[side]}",
        ("Встраиваться в BitrixMobile", "Embed to BitrixMobile"): sign(on=card.mobile),
        ("Встраивать виджеты", "Add widgets"): ", ".join(f"{code} ({known[code].titles[side]})" for code in manifest.placements),
        ("Может устанавливать любой пользователь", "Can be installed by any user"): sign(on=card.install_by_any_user),
        ("Категории", "Categories"): ", ".join(getattr(one, side) + ("" if one.seen else " ?") for one in kit.categories),
        ("Теги", "Tags"): ", ".join(kit.texts[region, language].tags),
        ("Ценовая политика", "Pricing policy"): kit.price_policies[place.price_policy][side],
        ("Содержит дополнительный платный функционал", "Contains additional paid functionality"): sign(on="extra_prices" in words),
        ("Лицензионное соглашение", "Licence agreement"): f"{url}/legal/licence?lang={language}",
        ("Политика конфиденциальности", "Privacy policy"): f"{url}/legal/privacy?lang={language}",
    }  # fmt: skip
    return "\n".join(f"{names[side == 'en']}: {value}" for names, value in rows.items())


def sign(*, on: bool) -> str:
    """A tick or none."""
    return "[x]" if on else "[ ]"


def write_card(folder: Path, fields: Mapping[str, str], version: str) -> None:
    """One file for each field, numbered as in the card, and the version's card."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, (russian, english)) in enumerate(TITLES.items(), 1):
        (folder / f"{number:02}-{name}.txt").write_text(fields[name] + "\n", encoding="utf-8")
        print(f"{folder.name}/{number:02}-{name}.txt: {russian} / {english}")
    (folder / "version-card.txt").write_text(version + "\n", encoding="utf-8")
    print(f"{folder.name}/version-card.txt")
