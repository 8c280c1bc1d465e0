"""A person at the portal's screen, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.portal import Portal
from sandbox.user import User
from sandbox.world import World
from tests.compiled import byte_code_of

SETTINGS = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
SESSID = re.compile(r'name="sessid" value="(\w+)"')


@dataclass(slots=True)
class Visitor:
    """One person, one portal, one language."""

    portal: Portal
    client: FlaskClient

    def reads(self, path: str) -> str:
        return self.asks(path).text

    def asks(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self.portal.url, headers=headers)

    def presses(self, path: str, **form: str) -> TestResponse:
        found = SESSID.search(self.reads("/stream/"))
        sessid = found.group(1) if found else ""
        return self.client.post(path, base_url=self.portal.url, data={"sessid": sessid, **form})

    def frame(self, path: str) -> dict[str, Any]:
        """What the parent script is told of the page's frame."""
        found = SETTINGS.search(self.reads(path))
        assert found, f"no frame on {path}"
        told: dict[str, Any] = json.loads(found.group(1))
        return told

    def tells(self, frame: dict[str, Any], action: str, **params: Any) -> TestResponse:
        """Ask the backend as the parent script does."""
        return self.client.post(
            frame["ajax"] + action,
            base_url=self.portal.url,
            json={"ID": frame["appId"], "params": params},
            headers={"X-Bitrix-Csrf-Token": frame["sessid"]},
        )

    def becomes(self, user: User, lang: str = "ru", theme: str = "light") -> Visitor:
        domain = self.portal.host.partition(":")[0]
        for name, value in (("user", str(user.id)), ("lang", lang), ("theme", theme)):
            self.client.set_cookie(f"sandbox_{name}", value, domain=domain)
        return self


def app_of(portal: Portal) -> Flask:
    """The web application of a portal with its screen."""
    assert isinstance(portal.world, World)
    return portal.world.portal_app


def visitor_of(portal: Portal) -> Visitor:
    """The administrator of a portal."""
    app = app_of(portal)
    app.jinja_env.bytecode_cache = byte_code_of(app.jinja_env)
    return Visitor(portal, app.test_client())
