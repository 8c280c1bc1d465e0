"""A portal of the demo as its administrator uses it in a browser: the application added, its wizard gone through, its buttons pressed."""

import json
import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

import requests

DOCUMENTS = re.compile(r'name="documents" value="([^"]*)"')
TOKEN = re.compile(r"X-Frame-Token[^:]*:\s*(?:&#34;|&quot;|\")([\w.\-]+)")
FORM = re.compile(r'<form name="appform_[^"]+" method="post" action="([^"]+)"(.*?)</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SETTINGS = re.compile(r'<script type="application/json">(\{.*?\})</script>', re.DOTALL)
SECONDS = 60.0


@dataclass
class DemoPortal:
    """One portal of the sandbox, and the application inside it by its page token."""

    url: str
    client_id: str
    http: requests.Session
    token: str = ""
    documents: str = ""
    app: str = ""

    def install(self, ends_on: date | None) -> None:
        """Add the application and walk through its wizard; without a day the date is left for later."""
        sessid = self._sessid("/marketplace/")
        self.http.post(
            f"{self.url}/sandbox/applications/{self.client_id}/install",
            data={"sessid": sessid},
            timeout=SECONDS,
        )
        settings = self.open()
        self.send("/install/bind", documents=self.documents)
        if ends_on is None:
            self.send("/install/done")
        else:
            self.send("/install/date", ends_on=f"{ends_on:%Y-%m-%d}", sure_ends_on=f"{ends_on:%Y-%m-%d}")
        self.http.post(
            f"{self.url}{settings['ajax']}set_installed",
            json={"ID": settings["appId"], "params": {"value": True}},
            headers={"X-Bitrix-Csrf-Token": settings["sessid"]},
            timeout=SECONDS,
        )

    def open(self) -> dict[str, str]:
        """Open the application's frame; what the portal's page knows of it comes back."""
        text = self.http.get(f"{self.url}/marketplace/app/{self.client_id}/", timeout=SECONDS).text
        form, settings = FORM.search(text), SETTINGS.search(text)
        if form is None or settings is None:
            message = f"{self.url} shows no frame of the application"
            raise RuntimeError(message)
        fields = {unescape(name): unescape(value) for name, value in INPUT.findall(form[2])}
        address = unescape(form[1])
        self.app = "/".join(address.split("/")[:3])
        self._keep(self.http.post(address, data=fields, timeout=SECONDS))
        found: dict[str, str] = json.loads(settings[1])
        return found

    def send(self, path: str, **form: object) -> str:
        """Press a button of the application."""
        answer = self.http.post(f"{self.app}{path}", data=form, headers=self._headers(), timeout=SECONDS)
        answer.raise_for_status()
        self._keep(answer)
        return answer.text

    def read(self, path: str) -> str:
        """A page of the application."""
        answer = self.http.get(f"{self.app}{path}", headers=self._headers(), timeout=SECONDS)
        answer.raise_for_status()
        return answer.text

    def state(self) -> dict[str, Any]:
        """What the sandbox tells of this portal."""
        found: dict[str, Any] = self.http.get(f"{self.url}/scenario/api/state", timeout=SECONDS).json()
        return found

    def happens(self, verb: str, **values: object) -> None:
        """Something happens to the portal: a verb of its scenario."""
        self.http.post(f"{self.url}/scenario/api/{verb}", json=values, timeout=SECONDS).raise_for_status()

    def _headers(self) -> dict[str, str]:
        return {"X-Frame-Token": self.token, "HX-Request": "true"}

    def _keep(self, answer: requests.Response) -> None:
        found = TOKEN.search(answer.text)
        self.token = answer.headers.get("X-Frame-Token") or (found[1] if found else self.token)
        shown = DOCUMENTS.search(answer.text)
        self.documents = shown[1] if shown else self.documents

    def _sessid(self, path: str) -> str:
        text = self.http.get(f"{self.url}{path}", timeout=SECONDS).text
        found = re.search(r'name="sessid" value="([^"]+)"', text)
        if found is None:
            message = f"{self.url} has no form"
            raise RuntimeError(message)
        return found[1]
