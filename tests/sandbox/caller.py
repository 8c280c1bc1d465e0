"""An application that calls a portal, for the sandbox's own tests."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.user import User


class Caller:
    def __init__(self, portal: Portal, card: ApplicationCard, session: requests.Session) -> None:
        self.portal, self.card, self.session = portal, card, session
        self.token = portal.issue_tokens(card, portal.admin).access

    def becomes(self, user: User) -> Caller:
        self.token = self.portal.issue_tokens(self.card, user).access
        return self

    def post(self, method: str, params: dict[str, Any] | None = None) -> requests.Response:
        url = f"{self.portal.client_endpoint}{method}"
        return self.session.post(url, json={**(params or {}), "auth": self.token}, allow_redirects=False)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.post(method, params).json()

    def result(self, method: str, **params: Any) -> Any:
        return self.call(method, **params)["result"]

    def error(self, method: str, **params: Any) -> tuple[int, str, str]:
        answer = self.post(method, params)
        body = answer.json()
        return answer.status_code, body["error"], body["error_description"]

    def batch(self, cmd: Any, halt: Any = 0) -> dict[str, Any]:
        return self.result("batch", cmd=cmd, halt=halt)
