"""The operator's command makes the same archive for a portal, also when the portal is silent and its pages are for reading only."""

import zipfile
from pathlib import Path

import pytest
from flask import Flask

from tests.actors import Actor


@pytest.mark.usefixtures("first_checks")
def test_the_archive_of_a_portal_is_written(app: Flask, north: Actor, tmp_path: Path):
    north.portal.answer_next("html", times=99)
    path = tmp_path / "one.zip"
    told = app.test_cli_runner().invoke(args=["support-file", north.host, "--out", str(path), "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "calls.jsonl" in told.output
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["README.txt", "calls.jsonl", "states.json"]
        assert north.host in archive.read("states.json").decode()


@pytest.mark.parametrize("words", [("nowhere.example",), ("{host}", "--number", "ffffffff")])
def test_a_portal_or_a_number_that_is_not_known_is_one_line(
    app: Flask, north: Actor, tmp_path: Path, words: tuple[str, ...]
):
    args = [word.format(host=north.host) for word in words]
    told = app.test_cli_runner().invoke(args=["support-file", *args, "--out", str(tmp_path / "x.zip")])
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert not (tmp_path / "x.zip").exists()
