"""Who takes part in a test: `north` and `south` with the application installed, `stranger` without it."""

import contextvars
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from b24app.database import db
from sandbox.frame import FramePost
from sandbox.portal import Portal
from sandbox.user import User
from sandbox.world import World
from tests.installation import see_what_others_wrote

NORTH = "north.bitrix24.example"
DOCUMENTS = re.compile(r'name="documents" value="([^"]*)"')
TOKEN = re.compile(r"X-Frame-Token[^:]*:\s*(?:&#34;|&quot;|\")([\w.\-]+)")


class Browser(FlaskClient):
    """A client whose requests share nothing with the test: a context and a database session of their own."""

    def open(self, *args: Any, **values: Any) -> TestResponse:
        answer = contextvars.Context().run(super().open, *args, **values)
        see_what_others_wrote()
        return answer


@dataclass(slots=True)
class Opened:
    """An opened frame: its first answer, and requests that carry the frame token as htmx does."""

    client: FlaskClient
    response: TestResponse
    token: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    def get(self, path: str, **query: Any) -> TestResponse:
        follow = bool(query.pop("follow_redirects", False))
        return self.client.get(
            path, query_string=query or None, headers=self._headers(), follow_redirects=follow
        )

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data=form, headers=self._headers())

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(path, headers=self._headers())

    def download(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data={"frame_token": self.token, **form})

    def _headers(self) -> dict[str, str]:
        return {"X-Frame-Token": self.token, "HX-Request": "true"}


@dataclass(slots=True)
class Actor:
    """A portal of the sandbox as people use it: they open our application's places."""

    client: FlaskClient
    portal: Portal

    @property
    def host(self) -> str:
        return self.portal.host

    def opens(
        self, placement: str = "DEFAULT", *, user: User | None = None, lang: str = "ru", **options: Any
    ) -> Opened:
        """Open a place as the portal's page does; the administrator unless told otherwise."""
        user = user or self.portal.admin
        return self.sends(self.portal.opens(placement, user=user, lang=lang, options=options or None))

    def sends(self, post: FramePost, **changes: str) -> Opened:
        """Send a frame's form, perhaps with fields changed as a forger would."""
        answer = self.client.post(post.url, data=post.form | changes)
        return Opened(self.client, answer, token_in(answer))

    def installs(self) -> "Actor":
        """Go through the installation wizard to its end, as the administrator."""
        card = next(iter(self.portal.world.applications.values()))
        self.portal.add_application(card)
        wizard = self.opens()
        assert wizard.status == 200
        assert wizard.post("/install/bind", documents=shown_documents(wizard.text)).status_code == 200
        assert wizard.post("/install/done").status_code == 200
        self.portal.finish_install(card)
        return self

    def grants(self, *scopes: str) -> None:
        """The portal grants our application these scopes alone, and our row says so."""
        from b24app.portals.model import Portal as Row

        for installation in self.portal.installations.values():
            installation.withheld = set(installation.card.scopes) - set(scopes)
        db.session.query(Row).filter_by(member_id=self.portal.member_id).one().scopes = list(scopes)
        db.session.commit()

    @property
    def portal_id(self) -> int:
        from b24app.portals.model import Portal as Row

        return db.session.query(Row.id).filter_by(member_id=self.portal.member_id).scalar()


def shown_documents(text: str) -> str:
    """The versions of the documents that a page shows, as its press sends them."""
    found = DOCUMENTS.search(text)
    return found.group(1) if found else ""


def token_in(answer: TestResponse) -> str:
    """The frame token of a page, nothing on a page without one."""
    found = TOKEN.search(answer.text)
    return found.group(1) if found else ""


def browser_of(app: Flask, world: World) -> FlaskClient:
    """A browser that belongs to nobody; events of every portal go the same way in."""
    app.test_client_class = Browser
    client = app.test_client()
    world.deliver = lambda url, form: client.post(url, data=form).status_code
    return client
