"""Writes docs/settings.md from the settings themselves; --check only compares."""

import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from b24app.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Настройки: переменные окружения или файл `.env`. Страница сделана из `b24app/settings.py`, правьте там.

Environment variables or a file `.env`; a wrong or missing one stops the start and is named. Made from `b24app/settings.py`.

| setting | default | meaning |
|---|---|---|
"""


def render() -> str:
    """The page as it should be."""
    rows = []
    for name, field in Settings.model_fields.items():
        needed = field.default is PydanticUndefined
        default = (
            "**required**" if needed else f"`{field.default}`" if field.default not in (None, "") else "—"
        )
        rows.append(
            f"| `{field.validation_alias or 'B24APP_' + name.upper()}` | {default} | {field.description} |"
        )
    return HEAD + "\n".join(rows) + "\n"


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
