"""Law in a real browser: an install of the last release is asked in place, takes all its data with it, and erases them by its own press."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from b24app.database import db, every_portal
from b24app.legal.model import DocumentAcceptance
from b24app.portals.model import find_portal
from tests.browser.stage import Stage
from tests.browser.test_main_job import barriers, installed, open_place, overflow, settle
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_documents_are_accepted_the_data_taken_and_everything_erased(
    stage: Stage, installed: Page, tmp_path: Path
) -> None:
    frame = stage.frame(installed)
    expect(frame.locator("#documents-note")).to_have_count(0)
    with stage.app.app_context(), every_portal():
        db.session.execute(delete(DocumentAcceptance))
        db.session.commit()
    open_place(frame, "people")
    frame.locator("#documents-note button").click()
    expect(frame.locator("#documents-note")).to_have_count(0)
    open_place(frame, "data")
    settle(frame)
    assert barriers(installed) == []
    assert overflow(frame) <= 0
    with installed.expect_download() as taken:
        frame.locator("#hand-over button[type=submit]").click()
    taken.value.save_as(tmp_path / "data.zip")
    with ZipFile(tmp_path / "data.zip") as archive:
        assert archive.testzip() is None
        assert "tables/document_acceptance.json" in archive.namelist()
    frame.locator("[aria-controls=erase-now]").click()
    frame.locator("#field-address").fill(stage.portal.host)
    frame.locator("#erase-now button[type=submit]").click()
    expect(frame.locator("h1")).to_have_text("Всё стёрто")
    with stage.app.app_context():
        assert find_portal(stage.portal.member_id) is None
