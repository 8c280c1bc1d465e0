"""Draws the gallery into a folder: python -m tools.gallery FOLDER."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.gallery import ROOT, draw


def main() -> None:
    """Draw the pages into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder for the pages")
    parser.add_argument("--static", default=(ROOT / "static").as_uri(), help="address of the static folder")
    options = parser.parse_args()
    for path in draw(options.target, options.static):
        print(path)


if __name__ == "__main__":
    main()
