"""An SFTP server that says one size and sends without an end, or lists without an end, fills no memory of ours."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Self

import paramiko
import pytest

from b24app.backup.targets.sftp import MOST_IN_A_FOLDER, PIECE, SftpTarget, _entries
from b24app.backup.targets.target import TargetFailed, TargetRefused
from b24app.deadline import within


class EndlessFile:
    """What paramiko shows of a file whose server says one byte and never ends."""

    def __init__(self) -> None:
        self.given = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_size=1)

    def prefetch(self, size: int) -> None: ...

    def read(self, size: int) -> bytes:
        self.given += size
        assert self.given < 100 * PIECE
        return b"x" * size


def test_no_more_is_read_than_the_size_that_was_told() -> None:
    file = EndlessFile()
    line: Any = SimpleNamespace(open=lambda _path, _mode: file)
    with within(20), pytest.raises(TargetFailed, match="broken_off"):
        SftpTarget._read(line, "renewal-copy/x")
    assert file.given == PIECE


def endless_folder() -> Iterator[paramiko.SFTPAttributes]:
    number = 0
    while True:
        number += 1
        assert number < 2 * MOST_IN_A_FOLDER
        one = paramiko.SFTPAttributes()
        one.filename, one.st_mode, one.st_size = f"{number}.age", 0o100600, 1
        yield one


def test_a_folder_that_lists_without_an_end_is_refused() -> None:
    with within(20), pytest.raises(TargetRefused, match="too_many"):
        _entries(endless_folder())


def test_names_that_are_none_of_ours_are_not_kept() -> None:
    found = []
    for name in ("..", ".", ".part-12", "a/b", "слово", "x" * 5000, "one.age"):
        one = paramiko.SFTPAttributes()
        one.filename = name
        found.append(one)
    with within(20):
        assert _entries(iter(found)) == [("one.age", False, 0)]
