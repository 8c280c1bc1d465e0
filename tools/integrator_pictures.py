"""Takes the README's pictures of an integrator and its clients: python tools/integrator_pictures.py [CLIENTS].

The demo is started with that many clients, in ports and a folder of its own, and photographed in Russian and English.
"""

import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

from tests.browser.stage import APP, free_port
from tests.browser.test_main_job import settle
from tools.screenshots import CHROMIUM, shoot

TOOL = Path(__file__).resolve().parent / "demo.py"
PORTS = ("PORTAL", "OAUTH", "SECOND_OAUTH", "APP", "MAIL")
CLIENTS = 30
VISIT = "path => htmx.ajax('GET', path, {target: '#page', select: '#page', swap: 'outerHTML'})"
PAGES = {
    "clients": "/clients",
    "clients-year": "/clients?view=year",
    "clients-standards": "/clients/standards",
    "clients-reports": "/clients/reports",
    "clients-alerts": "/clients/alerts",
    "clients-pipeline": "/clients/pipeline",
}
"""Pages of an integrator by the names of their pictures."""

BUSY, CALM_WITHIN = "#service-trouble, #freshness .spinner", 300.0
ACCESS = "/settings/integrator"
"""The client's page of who sees his portal."""


@contextmanager
def demo_of(clients: int, state: str) -> Iterator[tuple[int, str]]:
    """The demo, with the port of the integrator's portal and the address of the application."""
    ports = {f"DEMO_{name}_PORT": str(free_port()) for name in PORTS}
    first = free_ports(clients + 1)
    given = os.environ | ports | {"DEMO_STATE": state, "DEMO_CLIENTS_PORT": str(first)}
    command = [sys.executable, str(TOOL), "--clients", str(clients)]
    demo = subprocess.Popen(command, env=given, stdout=subprocess.PIPE, text=True)
    try:
        for line in itertools.takewhile(lambda said: "Ctrl+C" not in said, demo.stdout or ()):
            print(line, end="")
        yield first, f"http://127.0.0.1:{ports['DEMO_APP_PORT']}"
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(30)


def free_ports(many: int) -> int:
    """The first of so many ports in a row that nobody uses now."""
    return next(
        first for first in range(23_000, 32_000, many) if all(map(is_free, range(first, first + many)))
    )


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def open_portal(browser: Browser, port: int, application: str, language: str) -> tuple[Page, Frame]:
    """The application in a portal of the demo, as its administrator sees it."""
    page = browser.new_context(viewport={"width": 1540, "height": 860}).new_page()
    url = f"http://localhost:{port}"
    page.context.add_cookies([{"name": "sandbox_lang", "value": language, "url": url}])
    page.set_default_timeout(60_000)
    page.goto(url + APP)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for frame in page.frames:
            if frame.url.startswith(application) and frame.query_selector("#page"):
                settle(frame)
                return page, frame
        page.wait_for_timeout(100)
    raise SystemExit(f"{url} shows no page of the application")


def wait_for_calm(browser: Browser, port: int, application: str) -> None:
    """Until what the demo's clock has made due is done: no trouble of ours above the page, no look at the portal under way."""
    until = time.monotonic() + CALM_WITHIN
    while time.monotonic() < until:
        page, frame = open_portal(browser, port, application, "ru")
        busy = frame.locator(BUSY).count()
        page.context.close()
        if not busy:
            return
        time.sleep(5)
    raise SystemExit(f"{application} is not calm after {CALM_WITHIN:.0f} s")


def visit(frame: Frame, path: str) -> None:
    """Open a page of ours as a link to it does."""
    with frame.page.expect_response(lambda answer: path.partition("?")[0] in answer.url):
        frame.evaluate(VISIT, path)
    settle(frame)


def shoot_all(browser: Browser, port: int, application: str, language: str) -> None:
    """Everything in one language."""
    ending = "" if language == "ru" else f"-{language}"
    page, frame = open_portal(browser, port, application, language)
    for name, path in PAGES.items():
        visit(frame, path)
        shoot(page, name + ending)
    visit(frame, "/clients")
    frame.locator(".client-name").first.click()
    frame.locator(".client-frame").wait_for()
    shoot(page, f"client-open{ending}")
    client, theirs = open_portal(browser, port + 1, application, language)
    visit(theirs, ACCESS)
    shoot(client, f"client-access{ending}")


def main() -> None:
    """Start the demo, leave the pictures in docs/pictures."""
    expect.set_options(timeout=60_000)
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as play,
        demo_of(clients, folder) as (port, url),
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        wait_for_calm(browser, port, url)
        for language in ("ru", "en"):
            shoot_all(browser, port, url, language)
        browser.close()


if __name__ == "__main__":
    main()
