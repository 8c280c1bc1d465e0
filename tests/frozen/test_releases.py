"""Rows of earlier releases are read: every page opens, every job runs, and what was stored is still told."""

import pytest

from b24app.database import Base
from tests.frozen.changes import change_codes, change_json
from tests.frozen.reading import CHECK, Reader, reader
from tests.frozen.rows import read_release, releases

pytestmark = pytest.mark.cases

__all__ = ["reader"]


@pytest.mark.parametrize("name", releases())
def test_everything_opens_and_runs(reader: Reader, name: str):
    assert reader.has_rows(read_release(name)).faults() == {}


@pytest.mark.parametrize("name", releases())
def test_what_was_found_then_is_told_now(reader: Reader, name: str):
    admin = reader.has_rows(read_release(name)).admin
    assert 'id="group-lost"' in admin.get("/shop/compare").text
    assert "Наличные курьеру" in admin.get("/shop/compare").text
    assert "Северный магазин" in admin.get("/shop/report").text
    assert "Счёт 1184.pdf" in admin.get("/money/documents").text


@pytest.mark.parametrize("name", releases())
def test_no_table_is_left_out(name: str):
    filled = {table for table, rows in read_release(name).items() if rows}
    assert {table.name for table in Base.metadata.sorted_tables} & set(read_release(name)) <= filled


@pytest.mark.parametrize("seed", [3, 5])
def test_shapes_of_another_release_tell_nothing_and_stop_nothing(reader: Reader, seed: int):
    assert reader.has_rows(change_json(read_release(releases()[-1]), seed)).faults() == {}


@pytest.mark.parametrize("seed", [0, 1])
def test_codes_of_another_release_tell_nothing_and_stop_nothing(reader: Reader, seed: int):
    faults = reader.has_rows(change_codes(read_release(releases()[-1]), seed)).faults()
    assert faults.keys() <= {CHECK}  # the page of a check that this release does not know: there is none
    assert set(faults.values()) <= {404}
