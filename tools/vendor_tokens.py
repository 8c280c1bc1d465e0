"""Cut the vendor's Air design tokens down to the custom properties that our style sheets use."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

LIGHT = (":root", ".light")
DARK = (".dark",)
FILES = (
    "001_b24_global.css",
    "003_b24_context_light.css",
    "004_b24_context_dark.css",
    "007_b24_global.css",
    "008_ui_global.css",
)
BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
PROPERTY = re.compile(r"(--[\w-]+)\s*:\s*([^;]+)")
USE = re.compile(r"var\((--(?:ui|air)-[\w-]+)")

Tokens = dict[str, str]


def read_tokens(css: str, wanted: tuple[str, ...]) -> Tokens:
    """Collect the custom properties declared for one of the wanted selectors."""
    found: Tokens = {}
    for selectors, body in BLOCK.findall(css):
        if any(one.strip() in wanted for one in selectors.split(",")):
            found |= {name: value.strip() for name, value in PROPERTY.findall(body)}
    return found


def follow(names: set[str], tokens: Tokens) -> set[str]:
    """Add every property that the named ones refer to."""
    seen: set[str] = set()
    queue = sorted(names)
    while queue:
        name = queue.pop()
        if name in seen or name not in tokens:
            continue
        seen.add(name)
        queue += USE.findall(tokens[name])
    return seen


def write_block(selector: str, tokens: Tokens) -> str:
    """Write one rule with sorted properties."""
    return f"{selector}{{" + ";".join(f"{name}:{tokens[name]}" for name in sorted(tokens)) + "}"


def trim(package: Path, used: set[str], version: str) -> tuple[str, str]:
    """Return two style sheets with the used tokens: the light ones, and the dark ones."""
    folder = package / "dist/runtime/air-design-tokens"
    css = "".join((folder / name).read_text() for name in FILES).replace("@layer theme{", "")
    light, dark = read_tokens(css, LIGHT), read_tokens(css, DARK)
    missing = sorted(used - light.keys() - dark.keys())
    if missing:
        raise SystemExit(f"The package has no such tokens: {', '.join(missing)}")
    bright = {name: light[name] for name in follow(used, light)}
    dusk = {name: dark[name] for name in follow(used, light | dark) if name in dark}
    dusk = {name: value for name, value in dusk.items() if bright.get(name) != value}
    dusk |= {
        name: light[name] for name in follow(used, light | dark) if name not in dark and name not in bright
    }
    head = f"/* Bitrix24 Air design tokens, @bitrix24/b24ui-nuxt {version}, MIT. Made by tools/vendor_tokens.py. */"
    light_sheet = "\n".join([head, write_block(":root", bright), ""])
    return light_sheet, "\n".join([head, write_block(".dark", dusk), ""])


def main() -> None:
    """Read the unpacked package and our style sheets, write the trimmed tokens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="folder of the unpacked @bitrix24/b24ui-nuxt")
    parser.add_argument("--static", type=Path, default=Path(__file__).parents[1] / "static")
    options = parser.parse_args()
    version = json.loads((options.package / "package.json").read_text())["version"]
    sheets = [path.read_text() for path in sorted(options.static.glob("*.css"))]
    used = {name for sheet in sheets for name in USE.findall(sheet)}
    for name, sheet in zip(("", "dark-"), trim(options.package, used, version), strict=True):
        (options.static / "vendor" / f"air-tokens-{name}{version}.css").write_text(sheet)


if __name__ == "__main__":
    main()
