"""A whole evening on real ports: a live portal on `localhost`, our application on `127.0.0.1`, and its worker."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import requests
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import Browser, Frame, Page
from pydantic import SecretStr
from werkzeug.serving import make_server

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.manifest import read_manifest
from b24app.settings import Settings
from sandbox.live import Live, go_live
from sandbox.portal import Portal
from sandbox.world import World

CARD = {"client_id": "local.browser", "client_secret": "secret-of-the-browser-test"}
# A refused plan or a missing page is the portal's own answer, not a fault of ours.
KNOWN_NOISE = ("favicon", "Failed to load resource: the server responded with a status of 4")


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    """Everything that runs, and what the browser complained about."""

    world: World
    portal: Portal
    app: Flask
    app_url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, browser: Browser, path: str, *, width: int = 1500, user: int = 0, **cookies: str) -> Page:
        """Open a page of the portal as one of its users; cookies: lang, theme."""
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        jar = {"sandbox_user": str(user or self.portal.admin.id)}
        jar |= {f"sandbox_{name}": value for name, value in cookies.items()}
        page.context.add_cookies([{"name": n, "value": v, "url": self.portal.url} for n, v in jar.items()])
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(20_000)
        page.goto(self.portal.url + path)
        return page

    def _note(self, message: object) -> None:
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and not any(noise in text for noise in KNOWN_NOISE):
            self.complaints.append(text)

    def frame(self, page: Page) -> Frame:
        """Our application's frame inside a page of the portal, once it has been drawn."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for frame in page.frames:
                if frame.url.startswith(self.app_url) and frame.query_selector("main, h1"):
                    frame.wait_for_load_state()
                    return frame
            page.wait_for_timeout(100)
        message = f"no frame of ours on {page.url}: {page.inner_text('body')[:300]}"
        raise AssertionError(message)


def work(app: Flask, stop: threading.Event) -> None:
    """The worker: does queued jobs and those whose time has come."""
    while not stop.is_set():
        if not do_due(app, app.extensions["services"].queue.jobs):
            stop.wait(0.05)


@contextlib.contextmanager
def set_stage(folder: Path, *, smtp_url: str = "", **portal: object) -> Iterator[Stage]:
    """Start everything, and take it down."""
    portal_port, oauth_port, app_port = free_port(), free_port(), free_port()
    app_url = f"http://127.0.0.1:{app_port}"
    world = World(now=datetime.now().astimezone(), oauth_host=f"localhost:{oauth_port}", scheme="http")
    world.register_application(
        **CARD,
        title="Продление без простоя",
        app_url=f"{app_url}/app",
        install_url=f"{app_url}/install",
        scopes=read_manifest().scopes,
    )
    host = world.add_portal(f"localhost:{portal_port}", **portal)  # type: ignore[arg-type]
    live = go_live(world, bind="127.0.0.1", portal_port=portal_port, oauth_port=oauth_port)
    app = create_app(
        read_stage_settings(folder, app_url, oauth_port, smtp_url), clock=world.clock, http=requests.Session
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
    server = make_server("127.0.0.1", app_port, app, threaded=True)
    stop = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, daemon=True)]
    threads.append(threading.Thread(target=work, args=(app, stop), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield Stage(world, host, app, app_url)
    finally:
        clear_stage(live, server, stop, threads)


def clear_stage(live: Live, server: object, stop: threading.Event, threads: list[threading.Thread]) -> None:
    """Stop the worker, the application and the portal."""
    stop.set()
    server.shutdown()  # type: ignore[attr-defined]
    server.server_close()  # type: ignore[attr-defined]
    live.stop()
    for thread in threads:
        thread.join(5)


def read_stage_settings(folder: Path, app_url: str, oauth_port: int, smtp_url: str = "") -> Settings:
    """Settings of the application on the stage."""
    return Settings(
        _env_file=None,
        public_url=app_url,
        client_id=CARD["client_id"],
        client_secret=SecretStr(CARD["client_secret"]),
        secret_key=SecretStr("a-secret-for-the-browser-tests-only"),
        seal_keys=(SecretStr(Fernet.generate_key().decode()),),
        database_url=f"sqlite:///{folder / 'app.sqlite3'}",
        oauth_servers=(f"http://localhost:{oauth_port}",),
        allow_local_portals=True,
        log_level="error",
        look_outside=False,
        smtp_url=SecretStr(smtp_url) if smtp_url else None,
    )
