"""The key in a real browser: made there, shown once, printed on one sheet, in no request; and sealed for one worker."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pyrage
import pytest
from playwright.sync_api import Frame, Page, Request, expect

from b24app.backup.archive.chosen_keys import choose_key
from b24app.backup.archive.held_keys import KeyNeeded, held_identity
from b24app.backup.archive.keys import key_code, public_key_of, read_identity, throw_away_identity
from b24app.backup.backup_plan import read_choices
from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.terms.term import Author
from tests.browser.stage import Stage
from tests.browser.test_main_job import barriers, go, installed, overflow, settle
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
WORK = "restore:7"
SOMEBODY = Author(1, "Administrator")


class Heard:
    """Everything that a page has sent to anybody."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        page.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        body = request.post_data_buffer or b""
        self.sent.append(f"{request.url} {request.headers} {body.decode(errors='replace')}")

    def has(self, secret: str) -> bool:
        plain = secret.upper()
        return any(part in one.upper() for one in self.sent for part in (plain, plain[16:], plain[20:50]))


def make_key(frame: Frame) -> str:
    """Press «Create» and read the secret as a person does."""
    frame.locator('[data-key-act="make"]').click()
    frame.locator("form[data-key-after]:visible").wait_for()
    return "".join(frame.locator("form[data-key-after] [data-key-groups] span").all_inner_texts())


@contextlib.contextmanager
def of_the_portal(stage: Stage) -> Iterator[int]:
    with stage.app.app_context():
        portal_id = db.session.query(Portal.id).scalar()
        with portal_scope(portal_id):
            yield portal_id


def test_a_key_is_made_in_the_browser_and_its_secret_half_is_in_no_request(
    stage: Stage, installed: Page
) -> None:
    heard, frame = Heard(installed), stage.frame(installed)
    go(frame, "copy/key")
    expect(frame.locator(".key-old").first).to_be_hidden()
    secret = make_key(frame)
    public = public_key_of(read_identity(secret))
    assert key_code(public) in frame.locator("form[data-key-after] [data-key-code]").inner_text()
    assert barriers(installed) == []
    assert overflow(frame) <= 0
    with installed.expect_download() as waited:
        frame.locator('[data-key-act="save"]').click()
    text = waited.value.path().read_text()
    assert secret in text
    assert f"# public key: {public}" in text
    frame.locator("form[data-key-after] [name=kept]").check()
    frame.locator("form[data-key-after] [type=submit]").click()
    frame.locator("#key .badge").wait_for()
    settle(frame)
    with of_the_portal(stage):
        assert (read_choices().recipient, read_choices().has_key) == (public, True)
    assert secret not in frame.content()
    assert any(public in one for one in heard.sent)  # what is sent was heard
    assert not heard.has(secret)
    assert pyrage.decrypt(
        pyrage.encrypt(b"x", [pyrage.x25519.Recipient.from_str(public)]), [read_identity(secret)]
    )


def test_the_key_cannot_be_chosen_before_the_tick_and_is_shown_once(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "copy/key")
    secret = make_key(frame)
    frame.locator("form[data-key-after] [type=submit]").click()
    with of_the_portal(stage):
        assert read_choices().recipient == ""
    frame.locator("#tab-shop").click()
    frame.locator('[data-key-act="leave"]').click()
    frame.locator("#tab-shop[aria-current]").wait_for()
    go(frame, "copy/key")
    assert make_key(frame) != secret


def test_the_printed_page_is_one_sheet_with_the_key_and_nothing_else(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "copy/key")
    secret = make_key(frame)
    frame.evaluate("() => { window.print = () => {}; }")
    frame.locator('[data-key-act="print"]').click()
    installed.emulate_media(media="print")
    seen = frame.evaluate("() => document.body.innerText.replace(/\\s/g, '')")
    assert secret in seen
    assert stage.portal.host in seen
    assert key_code(public_key_of(read_identity(secret))) in seen
    assert "renewal_copy.pyverify" in seen
    assert frame.locator("#main").is_hidden()
    height = frame.evaluate(
        "() => document.querySelector('body > .key-sheet').getBoundingClientRect().height"
    )
    assert 300 < height < 900  # a sheet of A4 less its margins has 1,030 points of the screen
    frame.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert frame.locator("body > .key-sheet").count() == 0


def test_a_browser_that_cannot_make_keys_is_told_what_to_do(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    installed.route("**/static/bundle/key.js*", lambda route: route.abort())
    go(frame, "copy/key")
    expect(frame.locator(".key-old")).to_be_visible()
    expect(frame.locator('[data-key-act="make"]')).to_be_hidden()
    frame.locator("summary", has_text="У меня есть свой ключ").click()
    expect(frame.locator("[name=recipient]:visible")).to_be_visible()
    stage.complaints[:] = [one for one in stage.complaints if "ERR_FAILED" not in one]


def test_a_key_is_sealed_in_the_browser_for_the_worker_that_waits_for_it(
    stage: Stage, installed: Page
) -> None:
    key = throw_away_identity()
    secret, public = str(key), public_key_of(key)
    heard, frame = Heard(installed), stage.frame(installed)
    with of_the_portal(stage) as portal_id:
        with pytest.raises(KeyNeeded):
            held_identity(WORK, (public,), job="probe_portal", job_id=portal_id)
        db.session.commit()
    go(frame, f"copy/key/held/{WORK}")
    field, wrong = frame.locator("[data-key-typed]"), frame.locator("[data-key-wrong]")
    frame.locator("#ask-key.is-able").wait_for()
    for typed in (secret[:-2], str(throw_away_identity())):
        field.fill(typed)
        frame.locator("#ask-key [type=submit]").click()
        expect(wrong).to_be_visible()
    assert key_code(public) in wrong.inner_text()
    assert barriers(installed) == []
    field.fill(" ".join(secret[at : at + 6] for at in range(0, len(secret), 6)).lower())
    with installed.expect_response("**/copy/key/held") as answered:
        frame.locator("#ask-key [type=submit]").click()
    assert answered.value.ok
    with of_the_portal(stage) as portal_id:
        assert public_key_of(held_identity(WORK, (public,), job="probe_portal", job_id=portal_id)) == public
        db.session.commit()
    frame.get_by_text("Ключ принят").wait_for()
    assert any("/copy/key/held" in one and "sealed=" in one for one in heard.sent)
    assert not heard.has(secret)
    assert secret not in frame.content()


@pytest.mark.parametrize("field", ["recipient", "second_recipient"])
def test_a_pasted_secret_key_leaves_its_field_and_not_the_browser(
    stage: Stage, installed: Page, field: str
) -> None:
    key = throw_away_identity()
    heard, frame = Heard(installed), stage.frame(installed)
    if field == "second_recipient":
        with of_the_portal(stage):
            choose_key(public_key_of(key), kept=True, by=SOMEBODY, at=datetime.now(UTC))
            db.session.commit()
    go(frame, "copy/key")
    fold = "У меня есть свой ключ" if field == "recipient" else "Добавить ключ интегратора"
    frame.locator("summary", has_text=fold).click()
    form = frame.locator(f"form[data-public-key]:has([name={field}]:visible)")
    form.locator(f"[name={field}]").fill(str(key).lower())
    expect(form.locator("[data-key-wrong]")).to_be_visible()
    expect(form.locator(f"[name={field}]")).to_have_value("")
    assert barriers(installed) == []
    if field == "recipient":
        form.locator("[name=kept]").check()
    form.locator("[type=submit]").click()
    settle(frame)
    assert not heard.has(str(key))
    form.locator(f"[name={field}]").fill(public_key_of(throw_away_identity()))
    expect(form.locator("[data-key-wrong]")).to_be_hidden()


def test_whoever_leaves_a_made_key_is_asked_and_told_to_throw_its_page_away(
    stage: Stage, installed: Page
) -> None:
    frame = stage.frame(installed)
    go(frame, "copy/key")
    secret = make_key(frame)
    code = key_code(public_key_of(read_identity(secret)))
    with installed.expect_download():
        frame.locator('[data-key-act="save"]').click()
    asked = frame.locator("[data-key-leave]")
    frame.locator("#tab-shop").click()
    expect(asked).to_be_visible()
    assert barriers(installed) == []
    frame.evaluate("() => window.htmx.trigger('#redraw', 'redraw')")  # fresh data do not take it away either
    frame.locator('[data-key-act="stay"]').click()
    expect(asked).to_be_hidden()
    assert secret in "".join(frame.locator("form[data-key-after] [data-key-groups] span").all_inner_texts())
    frame.locator("#tab-shop").click()
    frame.locator('[data-key-act="leave"]').click()
    expect(frame.locator("#tab-shop[aria-current]")).to_be_visible()
    frame.locator("#tab-copy").click()
    expect(frame.locator("[data-key-left]").first).to_contain_text(code)
    make_key(frame)
    frame.locator("form[data-key-after] [name=kept]").check()
    frame.locator("form[data-key-after] [type=submit]").click()
    frame.locator("#step-key .badge, #step-key.is-done").first.wait_for()
    with of_the_portal(stage):
        assert read_choices().has_key


def test_a_key_is_copied_in_a_frame_that_may_not_use_the_clipboard(stage: Stage, installed: Page) -> None:
    """Nothing is complained of in the console: the stage looks after that."""
    frame = stage.frame(installed)
    go(frame, "copy/key")
    secret = make_key(frame)
    assert not frame.evaluate("document.featurePolicy.allowsFeature('clipboard-write')")
    frame.evaluate(
        "addEventListener('copy', (event) => { window.copied = event.clipboardData.getData('text/plain'); })"
    )
    button = frame.locator('[data-key-act="copy"]')
    button.click()
    expect(button).to_contain_text("Скопировано")
    assert frame.evaluate("window.copied") == secret
