"""Somebody who sends the scenario's verbs from a command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.portal import Portal

FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Director:
    """Somebody with a command line."""

    portal: Portal
    client: FlaskClient

    def sends(self, verb: str, **values: Any) -> TestResponse:
        """Send a call as curl does: JSON under the type of a form, or nothing at all."""
        body = {"data": json.dumps(values), "content_type": FORM} if values else {}
        return self.client.post(f"/scenario/api/{verb}", base_url=self.portal.url, **body)

    def does(self, verb: str, **values: Any) -> dict[str, Any]:
        answer = self.sends(verb, **values)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json["state"]
        return state

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get("/scenario/api/state", base_url=self.portal.url).json
        return told
