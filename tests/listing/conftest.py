"""A kit of the listing that a test may spoil, and what its lint says of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from b24app.manifest import ROOT, read_manifest
from tools.listing_evidence import Evidenced, read_addresses
from tools.listing_kit import KIT, read_kit
from tools.listing_lint import find_faults

Spoil = Callable[[str, str, str], list[str]]


@pytest.fixture(scope="session")
def tree() -> Evidenced:
    """This tree: its tests are read once."""
    return Evidenced(ROOT, read_addresses())


@pytest.fixture
def spoil(tmp_path: Path, tree: Evidenced) -> Spoil:
    """Replace words in one file of a copy of the kit, and answer what the lint finds then."""
    folder = tmp_path / "listing"
    shutil.copytree(KIT, folder, ignore=shutil.ignore_patterns("*.png"))

    def put(file: str, before: str, after: str) -> list[str]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return find_faults(read_kit(folder), read_manifest(), tree)

    return put
