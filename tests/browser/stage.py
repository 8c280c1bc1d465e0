"""A whole evening on real ports: a live portal on `localhost`, our application on `127.0.0.1`, and its worker."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import requests
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import Browser, Frame, Page
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.serving import make_server

from b24app.backup.model import UNDER_WAY, BackupCopy
from b24app.clock import ShiftedClock
from b24app.database import Base, db, every_portal
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.manifest import read_manifest
from b24app.settings import Settings
from sandbox.live import Live, go_live
from sandbox.portal import Portal
from sandbox.world import World
from tests.browser.kept_installations import KEPT, KeptInstallation, Ports
from tests.story import OPERATOR

CARD = {"client_id": "local.browser", "client_secret": "secret-of-the-browser-test"}
APP = "/marketplace/app/1/"
DATABASE = "app.sqlite3"
FIRST_PORT = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
LASTING_PORTS = iter(range(FIRST_PORT, FIRST_PORT + 1_000))
"""Each once, and of this process alone: Linux gives outgoing connections those from 32,768 on."""
LONGEST_REST = 120
"""Seconds: nothing that lasts longer is cut short, so that what people opened stays open."""
# A refused plan or a missing page is the portal's own answer, not a fault of ours.
# A page that was left open for more than its hour is told so once, and rests until somebody presses something.
KNOWN_NOISE = (
    "favicon",
    "Failed to load resource: the server responded with a status of 4",
    "Response Status Error Code 401",
)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lasting_port() -> int:
    """A port that stays free between the tests of this process: below those that outgoing connections are given."""
    for port in LASTING_PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no port is free")


@dataclass
class Stage:
    """Everything that runs, and what the browser complained about."""

    world: World
    portal: Portal
    app: Flask
    app_url: str
    keep: Callable[[], None] | None = None
    installed: bool = False
    complaints: list[str] = field(default_factory=list)
    hurried: threading.Event = field(default_factory=threading.Event)
    idle: threading.Event = field(default_factory=threading.Event)
    working: threading.Lock = field(default_factory=threading.Lock)

    def hurry(self) -> None:
        """From now on nobody waits for a limit of the portal to pass: the clock of everything moves on instead."""
        here = self.app.extensions["services"]
        clock = self.world.clock
        self.app.extensions["services"] = replace(here, sleep=lambda seconds: clock.advance(seconds=seconds))
        self.hurried.set()

    def open(self, browser: Browser, path: str, *, width: int = 1500, user: int = 0, **cookies: str) -> Page:
        """Open a page of the portal as one of its users; cookies: lang, theme."""
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        jar = {"sandbox_user": str(user or self.portal.admin.id)}
        jar |= {f"sandbox_{name}": value for name, value in cookies.items()}
        page.context.add_cookies([{"name": n, "value": v, "url": self.portal.url} for n, v in jar.items()])
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(self.portal.url + path)
        return page

    def install(self, browser: Browser, *, width: int = 1500) -> Page:
        """Install the application as an administrator does, through the wizard; answers his page.

        A portal of the same kind in which that was done before begins after it, and after the first checks.
        """
        if self.installed:
            page = self.open(browser, APP, width=width)
            self.frame(page).locator("#answer").wait_for()
            return page
        page = self.open(browser, "/marketplace/", width=width)
        page.get_by_role("button", name="Установить").click()
        wizard = self.frame(page)
        wizard.get_by_test_id("wizard-continue").click()
        wizard.locator("[name=ends_on]").fill(self.portal.paid_till.isoformat())
        wizard.locator("button[form=wizard-date]").click()
        wizard.get_by_test_id("wizard-finish").click()
        page.wait_for_url("**install_finished=Y**")
        self.frame(page).locator("#answer").wait_for()
        if self.keep is not None:
            self.wait_for_work()
            with self.working:
                self.keep()
        return page

    def wait_for_work(self) -> None:
        """Let the worker do what is due: a round that began after this was asked for has to find nothing."""
        for _ in range(2):
            self.idle.clear()
            assert self.idle.wait(120)

    def _note(self, message: object) -> None:
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and not any(noise in text for noise in KNOWN_NOISE):
            self.complaints.append(text)

    def frame(self, page: Page) -> Frame:
        """Our application's frame inside a page of the portal, once it has been drawn."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for frame in page.frames:
                if frame.url.startswith(self.app_url) and frame.query_selector("main, h1"):
                    frame.wait_for_load_state()
                    return frame
            page.wait_for_timeout(100)
        message = f"no frame of ours on {page.url}: {page.inner_text('body')[:300]}"
        raise AssertionError(message)


def work(stage: Stage, stop: threading.Event) -> None:
    """The worker: does queued jobs and those whose time has come."""
    while not stop.is_set():
        with stage.working:
            done = do_due(stage.app, stage.app.extensions["services"].queue.jobs)
        if done:
            continue
        stage.idle.set()
        if stage.hurried.is_set():
            end_rests(stage)
        stop.wait(0.05)


def end_rests(stage: Stage) -> None:
    """Move the clock to where a copy goes on that rests for a limit of the portal."""
    with stage.app.app_context(), every_portal():
        until = db.session.scalar(
            select(func.min(BackupCopy.rests_until)).where(BackupCopy.state.in_(UNDER_WAY))
        )
    rest = (until - stage.world.clock.now()).total_seconds() if until else 0.0
    if 0 < rest <= LONGEST_REST:
        stage.world.clock.advance(seconds=rest)


@contextlib.contextmanager
def set_stage(
    folder: Path,
    *,
    smtp_url: str = "",
    begins_installed: bool = False,
    now: datetime | None = None,
    **portal: object,
) -> Iterator[Stage]:
    """Start everything, and take it down; `begins_installed` where the wizard is gone through once for all tests of a kind.

    `now` is another moment than that of this machine.
    """
    kind = repr((smtp_url, sorted(portal.items())))
    kept = KEPT.get(kind) if begins_installed else None
    find = lasting_port if begins_installed else free_port
    ports = kept.ports if kept else Ports(find(), find(), find())
    seal_key = kept.seal_key if kept else Fernet.generate_key().decode()
    world = kept.open_world() if kept else new_world(ports, portal, now)
    (folder / "storage").mkdir(exist_ok=True)
    if kept:
        (folder / DATABASE).write_bytes(kept.database)
    app_url = f"http://127.0.0.1:{ports.app}"
    settings = read_stage_settings(folder, app_url, ports.oauth, seal_key, smtp_url)
    live = go_live(world, bind="127.0.0.1", portal_port=ports.portal, oauth_port=ports.oauth)
    # as in the demo: a clock that is moved on while the portal is asked must not make it seem silent
    world.clock.share(folder / "clock")
    app = create_app(settings, clock=ShiftedClock(folder / "clock"), http=requests.Session)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    server = make_server("127.0.0.1", ports.app, app, threaded=True)
    stop, stage = threading.Event(), Stage(world, the_portal(world), app, app_url, installed=kept is not None)
    if begins_installed:
        stage.keep = lambda: KEPT.update(
            {kind: KeptInstallation.take(ports, seal_key, world, folder / DATABASE)}
        )
    threads = [threading.Thread(target=server.serve_forever, daemon=True)]
    threads.append(threading.Thread(target=work, args=(stage, stop), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield stage
    finally:
        clear_stage(live, server, stop, threads)


def new_world(ports: Ports, portal: dict[str, object], now: datetime | None = None) -> World:
    """A portal in which nobody has installed anything."""
    app_url = f"http://127.0.0.1:{ports.app}"
    world = World(
        now=now or datetime.now().astimezone(), oauth_host=f"localhost:{ports.oauth}", scheme="http"
    )
    world.register_application(
        **CARD,
        title=read_manifest().title["ru"],
        menu_title=read_manifest().menu["ru"],
        app_url=f"{app_url}/app",
        redirect_url=f"{app_url}/sign-in/callback",
        install_url=f"{app_url}/install",
        scopes=read_manifest().scopes,
    )
    world.add_portal(f"localhost:{ports.portal}", **portal)  # type: ignore[arg-type]
    return world


def the_portal(world: World) -> Portal:
    """The only portal of a world."""
    (portal,) = world.portals.values()
    return portal


def clear_stage(live: Live, server: object, stop: threading.Event, threads: list[threading.Thread]) -> None:
    """Stop the worker, the application and the portal."""
    stop.set()
    server.shutdown()  # type: ignore[attr-defined]
    server.server_close()  # type: ignore[attr-defined]
    live.stop()
    for thread in threads:
        thread.join(5)


def read_stage_settings(
    folder: Path, app_url: str, oauth_port: int, seal_key: str, smtp_url: str = ""
) -> Settings:
    """Settings of the application on the stage."""
    return Settings(
        _env_file=None,
        public_url=app_url,
        client_id=CARD["client_id"],
        client_secret=SecretStr(CARD["client_secret"]),
        secret_key=SecretStr("a-secret-for-the-browser-tests-only"),
        seal_keys=(SecretStr(seal_key),),
        database_url=f"sqlite:///{folder / DATABASE}",
        oauth_servers=(f"http://localhost:{oauth_port}",),
        allow_local_portals=True,
        backup_folder=folder / "storage",
        log_level="error",
        look_outside=False,
        smtp_url=SecretStr(smtp_url) if smtp_url else None,
        **OPERATOR,
    )
