"""The icon and the screenshots of the vendor's card: sizes, format, no transparency, both languages, made from what they show."""

from pathlib import Path

import pytest
from PIL import Image

from tools.listing_kit import read_kit
from tools.listing_stale import DRAWING, ICON, SCREENSHOTS, digest_of_pages, stale_pictures
from tools.picture_file import digest, keep_picture, made_from

PICTURES = sorted(SCREENSHOTS.rglob("*.png"))
LARGEST = 250_000


def test_the_icon_is_a_square_without_transparency() -> None:
    rule = read_kit().length("icon_pixels")
    with Image.open(ICON) as icon:
        assert icon.format == "PNG"
        assert icon.mode == "RGB"
        assert "transparency" not in icon.info
        assert icon.width == icon.height
        assert rule.least <= icon.width <= rule.most


def test_the_icon_is_the_drawing_of_today() -> None:
    assert made_from(ICON) == digest([DRAWING])
    assert not [line for line in stale_pictures() if "icon" in line]


def test_both_languages_have_the_same_pictures() -> None:
    names = {folder.name: sorted(path.name for path in folder.iterdir()) for folder in SCREENSHOTS.iterdir()}
    assert names["ru"] == names["en"]
    assert set(names) == {"ru", "en"}
    rule = read_kit().length("screenshots")
    assert rule.least <= len(names["ru"]) <= rule.most


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_screenshot_has_the_size_that_the_card_takes(path: Path) -> None:
    kit = read_kit()
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width <= kit.length("screenshot_width").most
        assert picture.height <= kit.length("screenshot_height").most
        assert "transparency" not in picture.info
    assert path.stat().st_size < LARGEST


def test_no_picture_is_another_one_again() -> None:
    assert len({path.read_bytes() for path in PICTURES}) == len(PICTURES)


def test_all_pictures_come_from_one_state_of_the_pages() -> None:
    assert len({made_from(path) for path in PICTURES}) == 1
    assert made_from(PICTURES[0])


def test_pages_that_change_make_the_pictures_stale(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.write_text("<p>one</p>")
    before = digest_of_pages(tmp_path)
    page.write_text("<p>two</p>")
    assert digest_of_pages(tmp_path) != before


def test_a_screenshot_loses_its_transparency_and_keeps_what_it_was_made_from(tmp_path: Path) -> None:
    raw, kept = tmp_path / "raw.png", tmp_path / "kept.png"
    Image.new("RGBA", (64, 36), (10, 20, 30, 128)).save(raw)
    keep_picture(raw.read_bytes(), kept, "the pages of today")
    with Image.open(kept) as picture:
        assert picture.size == (64, 36)
        assert "transparency" not in picture.info
    assert made_from(kept) == "the pages of today"
