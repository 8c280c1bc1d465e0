"""Draws the icon of the vendor's card out of static/icon.svg: python tools/listing_icon.py."""

import io
import re
import sys

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.listing_stale import DRAWING, ICON
from tools.picture_file import digest, save_picture
from tools.screenshots import CHROMIUM

SIDE = 512
GROUND = re.compile(r'<rect[^>]*fill="([^"]+)"')


def main() -> int:
    """The drawing on a ground of its own colour: a card's icon has no transparent corners."""
    drawing = DRAWING.read_text(encoding="utf-8")
    ground = GROUND.search(drawing)
    if ground is None:
        raise SystemExit(f"{DRAWING} has no ground whose colour could fill the corners")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
        page.set_content(f'<body style="margin:0;background:{ground[1]}">{drawing}</body>')
        page.add_style_tag(content=f"svg {{ display: block; width: {SIDE}px; height: {SIDE}px }}")
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        browser.close()
    save_picture(image, ICON, digest([DRAWING]))
    print(ICON.name, image.size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
