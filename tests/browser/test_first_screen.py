"""The first screen of each tab says little: words, controls, one filled button."""

import pytest
from playwright.sync_api import Page

from tests.browser.first_screen import first_screen
from tests.browser.stage import Stage
from tests.browser.test_main_job import go, installed, run_checks, scenario
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WORDS = {"renewal": 120, "shop": 160, "money": 120}
CONTROLS, FILLED = 25, 1


def test_the_first_screen_of_each_tab_says_little(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    for lost in [row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y"][:2]:
        scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    run_checks(frame)
    found = []
    for tab, limit in WORDS.items():
        go(frame, tab)
        seen = first_screen(frame)
        if seen.words > limit or seen.controls > CONTROLS or seen.filled > FILLED:
            found.append((tab, seen.words, seen.controls, seen.filled))
    assert found == []
