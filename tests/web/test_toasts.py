"""Notes in the corner: they come with whatever a press answers, and a refused press says nothing."""

from flask import Flask, Response, g

from b24app.web import toast
from b24app.web.toasts import add_toasts


def test_a_toast_stands_behind_the_answer_and_offers_to_take_it_back(app: Flask) -> None:
    with app.test_request_context():
        toast("Saved", undo="/renewal/undo/paid")
        text = add_toasts(Response("<main>the page</main>")).get_data(as_text=True)
    assert text.startswith("<main>the page</main>")
    assert 'hx-swap-oob="beforeend:#toasts"' in text
    assert 'hx-post="/renewal/undo/paid"' in text
    assert 'hx-target="#page"' in text


def test_a_toast_without_an_undo_only_says_it(app: Flask) -> None:
    with app.test_request_context():
        toast("Saved")
        text = add_toasts(Response("")).get_data(as_text=True)
    assert "Saved" in text
    assert "hx-post" not in text


def test_an_empty_answer_with_a_toast_replaces_nothing(app: Flask) -> None:
    with app.test_request_context():
        toast("Saved")
        answer = add_toasts(Response("", 204))
    assert answer.status_code == 200
    assert answer.headers["HX-Reswap"] == "none"


def test_a_refused_press_says_nothing(app: Flask) -> None:
    with app.test_request_context():
        toast("Saved")
        assert add_toasts(Response("wrong", 422)).get_data(as_text=True) == "wrong"
        assert "toasts" not in g
