# What we use of Flask-Babel, typed: the library ships no types.

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask

class Domain:
    domain: list[str]
    cache: dict[object, NullTranslations]
    def __init__(self, translation_directories: str | list[str] | None = ..., domain: str = ...) -> None: ...
    def get_translations(self) -> NullTranslations: ...

class Babel:
    domain_instance: Domain
    def __init__(
        self,
        app: Flask | None = ...,
        *,
        locale_selector: Callable[[], str | None] | None = ...,
        timezone_selector: Callable[[], str | None] | None = ...,
        default_locale: str = ...,
        default_timezone: str = ...,
    ) -> None: ...

def gettext(message: str, /, **values: Any) -> str: ...
def ngettext(singular: str, plural: str, num: int, /, **values: Any) -> str: ...
def lazy_gettext(message: str, /, **values: Any) -> str: ...
def get_locale() -> Locale | None: ...
def format_date(value: date | None = ..., format: str | None = ..., rebase: bool = ...) -> str: ...
def format_datetime(value: datetime | None = ..., format: str | None = ..., rebase: bool = ...) -> str: ...
@contextmanager
def force_locale(locale: str) -> Iterator[None]: ...
def refresh() -> None: ...
