"""PNG files of the listing: as small as people do not see it, without transparency, and with what they were made from."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

COLOURS = 256
MADE_FROM = "made-from"


def keep_picture(png: bytes, path: Path, made_from: str = "") -> None:
    """Write a screenshot with a palette: pages of few colours stay sharp and take a third."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    save_picture(image, path, made_from)


def save_picture(image: Image.Image, path: Path, made_from: str) -> None:
    """Write a picture that says what it was made from."""
    told = PngInfo()
    told.add_text(MADE_FROM, made_from)
    image.save(path, "PNG", optimize=True, pnginfo=told)


def made_from(path: Path) -> str:
    """What a picture says that it was made from; nothing of another one."""
    with Image.open(path) as image:
        return str(image.info.get(MADE_FROM, ""))


def digest(files: Iterable[Path]) -> str:
    """One hash over files, in their order."""
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
