"""The one colour of an integrator's reports: read from what was typed, darkened until it can be read, its pale tint. Pure."""

import re

from b24app.errors import BadInput
from b24app.text.messages import N_

USUAL = "#0b5d57"
ENOUGH = 4.5
"""The contrast with white that text has to have (WCAG 2.2, 1.4.3)."""
PALE = 0.09
STEP = 0.96
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
Parts = tuple[int, int, int]


def read_colour(text: str) -> str:
    """A colour as `#rrggbb`, dark enough for text on white; raises BadInput for what is none."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise BadInput(N_("Write the colour as #0b5d57: six digits and letters from a to f."), "colour")
    return darken(f"#{found[1].lower()}")


def darken(colour: str) -> str:
    """The same colour, or the nearest darker one with enough contrast."""
    parts = _parts(colour)
    while contrast_with_white(_text(parts)) < ENOUGH:
        red, green, blue = (int(one * STEP) for one in parts)
        parts = red, green, blue
    return _text(parts)


def tint(colour: str) -> str:
    """The pale ground of decisions: a little of the colour in white."""
    red, green, blue = (round(255 - (255 - one) * PALE) for one in _parts(colour))
    return _text((red, green, blue))


def contrast_with_white(colour: str) -> float:
    """The contrast of a colour with white, from 1 to 21."""
    red, green, blue = (_linear(one / 255) for one in _parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> Parts:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _text(parts: Parts) -> str:
    return "#{:02x}{:02x}{:02x}".format(*parts)
