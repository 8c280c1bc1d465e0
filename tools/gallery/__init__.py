"""Draw the gallery of components and sample pages as plain files, to look at them without the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from b24app.text.offered_languages import shipped_language
from b24app.web.bundles import bundle_names, part_bundles, put_together, sheet_names

ROOT = Path(__file__).parents[2]
DATES = {
    "day": "d MMMM",
    "month": "LLLL",
    "month_year": "LLLL y",
    "weekday": "EEEE",
    "day_long": "d MMMM y",
    "day_field": "yyyy-MM-dd",
}
SAMPLES = Path(__file__).with_name("samples")
PAGES = (
    "components",
    "habits",
    "widget",
    "error",
    "no_rights",
    "refused",
    "wizard_what",
    "wizard_date",
    "wizard_done",
)


class Words(NullTranslations):
    """The Russian texts of the rooms that draw, straight from their source files."""

    def __init__(self, sources: list[Path]) -> None:
        super().__init__()
        self.one: dict[str, str] = {}
        self.many: dict[str, tuple[str, ...]] = {}
        for source in filter(Path.exists, sources):
            self._read(source)

    def _read(self, source: Path) -> None:
        with source.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if isinstance(message.id, str):
                    self.one[message.id] = str(message.string)
                else:
                    self.many[message.id[0]] = tuple(message.string or ())

    def gettext(self, message: str) -> str:
        """Answer the Russian text, or the English one that has no translation."""
        return self.one.get(message, message)

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        """Choose the Russian plural by the rule of three."""
        if singular not in self.many:
            return singular if num == 1 else plural
        tens, ones = num % 100, num % 10
        index = 0 if ones == 1 and tens != 11 else 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2
        return self.many[singular][index]


def environment(lang: str, static: str, bundles: str = "") -> Environment:
    """Build a Jinja environment with stand-ins for what Flask gives to templates; bundles lie in `static` unless told."""
    jinja = Environment(
        loader=ChoiceLoader(
            (FileSystemLoader(ROOT / "templates"), PrefixLoader({"gallery": FileSystemLoader(SAMPLES)}))
        ),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
    )
    words = Words(sorted((ROOT / "translations" / "parts").glob("*.po")) if lang == "ru" else [])
    jinja.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    today = date(2026, 11, 30)
    jinja.globals |= {
        "date": date,
        "say": _speaker(lang),
        "url_for": _address(static),
        "bundle": lambda name: f"{bundles or static}/{name}",
        "part_of": lambda _path: "money",
        "parts": lambda: {
            part: [f"{bundles or static}/{name}" for name in names] for part, names in part_bundles().items()
        },
        "sheets": lambda part, dark: [f"{bundles or static}/{name}" for name in sheet_names(part, dark=dark)],
        "today": lambda: today,
    }
    jinja.filters |= {name: _date_filter(shape, lang) for name, shape in DATES.items()}
    jinja.filters |= {"words": lambda value: value or "", "tied": str, "moment": str, "number": str}
    jinja.filters |= {"shipped_language": shipped_language}
    jinja.filters |= {"day_read_back": lambda value: (value if isinstance(value, date) else None, "")}
    jinja.globals |= {"doubted_day": lambda _field: None, "may": lambda *_codes: True}
    jinja.globals |= {"documents_shown": lambda: "1.0 1.0", "legal_path": "/legal/{}".format}
    jinja.filters |= {"month_short": lambda day: format_date(day, "LLL", locale=lang)[:3]}
    jinja.filters |= {"weekday_letter": lambda day: format_date(day, "ccccc", locale=lang).lower()}
    return jinja


def _date_filter(shape: str, lang: str) -> Callable[[date], str]:
    return lambda day: format_date(day, shape, locale=lang)


def _speaker(lang: str) -> Callable[[str, str], str]:
    return lambda russian, english: russian if lang == "ru" else english


def _address(static: str) -> Callable[..., str]:
    def url_for(endpoint: str, filename: str = "", **values: str) -> str:
        return f"{static}/{filename}" if endpoint == "static" else f"#{endpoint}?{urlencode(values)}"

    return url_for


def draw(target: Path, static: str) -> list[Path]:
    """Write every page in both languages and both themes; answer the files."""
    written: list[Path] = []
    target.mkdir(parents=True, exist_ok=True)
    for name in bundle_names():
        (target / name).write_bytes(put_together(name).text)
    for lang in ("ru", "en"):
        jinja = environment(lang, static, ".")
        for page in PAGES:
            for theme in ("light", "dark"):
                path = target / f"{page}-{lang}-{theme}.html"
                path.write_text(jinja.get_template(f"gallery/{page}.html").render(lang=lang, theme=theme))
                written.append(path)
    return written
