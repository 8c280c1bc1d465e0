"""Writes docs/settings.md from the settings themselves; --check only compares."""

import sys
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from b24app.operator_settings import DEMANDED, OperatorSettings
from b24app.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Настройки: переменные окружения или файл `.env`. Страница сделана из `b24app/settings.py` и `b24app/operator_settings.py`, правьте там.

Environment variables or a file `.env`; a wrong or missing one stops the start and is named. Made from `b24app/settings.py` and
`b24app/operator_settings.py`.

"""
OPERATOR = """
## The operator

Кто запускает приложение для других: издание `market` без этого не стартует, в `local` страницы говорят, что не указано.

Who runs the application for others. The edition `market` does not start without what is marked so and names it; in `local` the pages say what is not set.

"""
ROWS = "| setting | default | meaning |\n|---|---|---|\n"


def render() -> str:
    """The page as it should be."""
    mine = [name for name in Settings.model_fields if name not in OperatorSettings.model_fields]
    return HEAD + table(mine) + OPERATOR + table([*OperatorSettings.model_fields])


def table(names: list[str]) -> str:
    """The settings of these names, a row each."""
    return ROWS + "".join(f"{row(name, Settings.model_fields[name])}\n" for name in names)


def row(name: str, field: FieldInfo) -> str:
    """One setting: its variable, what it is without being set, what it is for."""
    default = f"`{field.default}`" if field.default not in (None, "") else "—"
    if field.default is PydanticUndefined:
        default = "**required**"
    elif name in DEMANDED:
        default = "**required in `market`**"
    return f"| `{field.validation_alias or 'B24APP_' + name.upper()}` | {default} | {field.description} |"


def main() -> int:
    """Write or compare."""
    if "--check" in sys.argv:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != render()
        print(
            "docs/settings.md is stale: python tools/settings_page.py"
            if stale
            else "docs/settings.md is fresh"
        )
        return stale
    PAGE.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
