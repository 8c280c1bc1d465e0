"""Which pictures of the listing are older than what they show: the icon's drawing, the pages and the story of the screenshots."""

from collections.abc import Iterator
from pathlib import Path

from b24app.manifest import ROOT
from tools.picture_file import digest, made_from

ICON, DRAWING = ROOT / "listing" / "icon.png", ROOT / "static" / "icon.svg"
SCREENSHOTS = ROOT / "listing" / "screenshots"
SHOWN = (
    "templates/**/*.html",
    "static/*.css",
    "translations/*/LC_MESSAGES/messages.po",
    "sandbox/screen/static/portal.css",
)
"""What a screenshot shows."""
STORY = ("tools/listing_pictures.py", "tools/listing_shops.py", "tools/listing_english.py")
"""What makes it."""


def digest_of_pages(root: Path = ROOT) -> str:
    """One hash of all that the screenshots show."""
    return digest(path for pattern in (*SHOWN, *STORY) for path in sorted(root.glob(pattern)))


def stale_pictures() -> Iterator[str]:
    """A line for each picture that has to be taken anew."""
    if not ICON.exists() or made_from(ICON) != digest([DRAWING]):
        yield "listing/icon.png is older than static/icon.svg: python tools/listing_icon.py"
    pages = digest_of_pages()
    for path in sorted(SCREENSHOTS.rglob("*.png")):
        if made_from(path) != pages:
            yield f"{path.relative_to(ROOT)} is older than the pages that it shows: make screenshots"
