"""Photograph the drawn gallery with the machine's own Chromium, wide and on a phone."""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = (1280, 390)


def shoot(folder: Path, browser_path: str, only: str = "") -> None:
    """Save one picture of every page of the folder and width beside the page."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("console", lambda message: print(message.text))
            for path in sorted(folder.glob(f"{only}*.html")):
                page.goto(path.as_uri())
                page.screenshot(path=path.with_name(f"{path.stem}-{width}.png"), full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    print(f"{path.name} scrolls sideways at {width}: {wide}")
        browser.close()


def main() -> None:
    """Photograph every page of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="beginning of the page names")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    shoot(options.folder, options.chromium, options.only)


if __name__ == "__main__":
    main()
