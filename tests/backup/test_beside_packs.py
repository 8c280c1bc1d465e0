"""Beside the packs lie a description and the reader: whoever finds the folder alone, years later, opens the copy with them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from b24app.backup.model import CopyState
from b24app.backup.reading.beside_packs import SOURCES, name_of_release
from b24app.database import portal_scope
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import make_small
from tests.backup.copying import CopyStage
from tests.backup.shop_copies import keep_few_orders

pytestmark = pytest.mark.cases
README, READER = SOURCES


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    make_small(south.portal)
    keep_few_orders(south.portal)
    with portal_scope(south.portal_id):
        yield CopyStage(app, south, world, tmp_path)


def found(place: Path, name: str) -> Path:
    return next(place.rglob(name))


def test_the_folder_of_a_copy_says_what_it_is_and_opens_with_the_reader_that_lies_in_it(
    stage: CopyStage, tmp_path: Path
) -> None:
    assert stage.whole().state == CopyState.PROVING
    folder = found(tmp_path, "README.txt").parent
    assert folder.parent.name == "renewal-copy"
    assert found(folder, "README.txt").read_bytes() == README.read_bytes()
    alone = tmp_path / "found years later"
    shutil.copytree(folder, alone)
    command = [sys.executable, "-I", "renewal_copy.py", "--language", "en", "list", "."]
    listed = subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "rows: " in listed.stdout


def test_the_next_copy_leaves_both_as_they_are_and_another_release_puts_its_own_beside(
    stage: CopyStage, tmp_path: Path
) -> None:
    stage.whole()
    reader = found(tmp_path, "renewal_copy.py")
    stage.whole()
    assert sorted(one.name for one in reader.parent.glob("*.*")) == ["README.txt", "renewal_copy.py"]
    reader.write_bytes(b"# of another release\n")
    stage.whole()
    assert reader.read_bytes() == b"# of another release\n"
    named = reader.parent / name_of_release("renewal_copy.py", READER.read_bytes())
    assert named.read_bytes() == READER.read_bytes()


def test_the_description_names_every_command_in_both_languages_and_holds_no_key() -> None:
    text = README.read_text()
    commands = ("list .", "verify . --key-file key.txt", "export . --to tables --key-file key.txt")
    for command in (*commands, "files . --to files --key-file key.txt"):
        assert text.count(f"python renewal_copy.py {command}") == 2
    assert text.count("AGE-SECRET-KEY-1…") == 2
