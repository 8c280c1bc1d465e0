"""Deleted deals come back from the copy in a real browser: choose, seal the key here, look, press, take back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from b24app.database import db
from b24app.portals.model import Portal
from tests.actors import Actor
from tests.backup.copied_data import make_copy, rows_of_deals
from tests.backup.test_restore_of_data import lose
from tests.browser.stage import Stage
from tests.browser.test_main_job import go, installed
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
SLOW = 60_000


def test_deleted_deals_come_back_and_are_taken_back(
    stage: Stage, browser: Browser, installed: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    deals = list(stage.portal.tables["deal"].ids)[:30]
    with stage.app.app_context():
        portal_id = db.session.scalar(select(Portal.id))
        actor = cast("Actor", SimpleNamespace(portal_id=portal_id, portal=stage.portal))
        copied = make_copy(actor, tmp_path_factory.mktemp("copies"), rows_of_deals(stage.portal, deals))
    count = len(stage.portal.tables["deal"])
    lose(stage.portal, *deals[:12])
    frame = stage.frame(installed)
    go(frame, "restore/copy")
    frame.locator("#choice-form button[type=submit]").click()
    frame.locator("#typed-key").fill("AGE-SECRET-KEY-1WRONG", timeout=SLOW)
    frame.locator("#ask-key button[type=submit]").click()
    expect(frame.locator("[data-key-wrong]")).to_be_visible()
    frame.locator("#typed-key").fill(str(copied.identity))
    frame.locator("#ask-key button[type=submit]").click()
    frame.locator("#restore-form button[type=submit]").click(timeout=SLOW)
    undo = frame.locator("[hx-post$='/undo']")
    undo.wait_for(timeout=SLOW)
    assert len(stage.portal.tables["deal"]) == count
    undo.click()
    frame.locator("#restore-form button[type=submit]").click(timeout=SLOW)
    expect(frame.locator(".journal .log")).to_have_count(
        12, timeout=SLOW
    )  # nothing is saved of what is taken away
    assert len(stage.portal.tables["deal"]) == count - 12
