"""Headers: the verified portal alone may frame a page, nothing inline runs, nothing is kept by caches."""

from flask.testing import FlaskClient

from tests.actors import Actor, Opened


def policy(opened: Opened) -> str:
    return opened.response.headers["Content-Security-Policy"]


def test_a_page_may_be_framed_by_its_own_portal_only(stranger: Actor):
    card = next(iter(stranger.portal.world.applications.values()))
    stranger.portal.add_application(card)
    assert "frame-ancestors 'self' https://stranger.bitrix24.example" in policy(stranger.opens())


def test_nothing_inline_may_run(north: Actor):
    assert "script-src 'self'; style-src 'self'" in policy(north.opens())
    assert "unsafe" not in policy(north.opens())


def test_a_public_page_may_not_be_framed(visitor: FlaskClient):
    assert "frame-ancestors 'none'" in visitor.get("/").headers["Content-Security-Policy"]


def test_a_refusal_may_be_read_inside_a_frame(north: Actor):
    opened = north.sends(north.portal.opens(user=north.portal.admin), AUTH_ID="f" * 70)
    assert "frame-ancestors *" in policy(opened)


def test_other_headers_are_set(visitor: FlaskClient):
    headers = visitor.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Vary"] == "HX-Request"
    assert headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in headers
    assert "Set-Cookie" not in headers


def test_static_files_are_kept_for_a_year_under_their_digest(visitor: FlaskClient):
    page = visitor.get("/").text
    address = page.split('href="/static/print.css', 1)[1].split('"', 1)[0]
    assert len(address.removeprefix("?v=")) == 12
    with visitor.get("/static/print.css" + address) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
