"""Drawing pages: the tab of the page, what rooms add, one block alone, and pages that do not exist."""

import pytest
from flask import Flask, g, render_template_string

from b24app.errors import NotFound
from b24app.frames.page_token import Frame, restore_frame
from b24app.web.access import show_path
from b24app.web.edge import choose_language, stamp_assets
from b24app.web.page_drawing import fragment, tabs
from tests.actors import Opened


@pytest.fixture
def frame(north_admin: Opened) -> Frame:
    return restore_frame(north_admin.token)


def test_the_tab_of_the_page_is_marked_and_counters_stand_beside_titles(app: Flask):
    with app.test_request_context("/shop"):
        found = {tab.code: tab for tab in tabs("/shop/run/7", {"shop": 3})}
    assert (found["shop"].current, found["shop"].count) == (True, 3)
    assert not found["renewal"].current


def test_one_block_is_drawn_alone(app: Flask, frame: Frame):
    with app.test_request_context("/?lang=ru"):
        assert fragment("web/about.html", "heading", frame) == "Продление без простоя"


@pytest.mark.parametrize("path", ["/no-such-page", "/help", "/health/live"])
def test_a_widget_shows_framed_pages_only(app: Flask, frame: Frame, path: str):
    with app.test_request_context("/app"), pytest.raises(NotFound):
        show_path(path, frame)


def test_work_without_a_request_speaks_english_unless_told(app: Flask):
    assert choose_language() == "en"
    g.language = "ru"
    assert choose_language() == "ru"


def test_a_missing_static_file_gets_an_address_all_the_same():
    app = Flask("x", static_folder="/no/such/folder")
    stamp_assets(app)
    with app.test_request_context("/"):
        assert (
            render_template_string("{{ url_for('static', filename='a.css') }}") == "/folder/a.css?v=missing"
        )
