"""One of four processes: eight threads of the application call a portal with one expired token."""

import json
import sys
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from pydantic import SecretStr

from b24app.database import db, every_portal
from b24app.factory import create_app
from b24app.portals.client_factory import open_client
from b24app.portals.model import Access, InstallStatus, Portal
from b24app.settings import Settings
from tests.story import OPERATOR

SEAL = SecretStr("YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtMzI=")
THREADS = 8


def main() -> None:
    """Prepare the database, or call from eight threads and print how many got their answer."""
    url, base, pair, *prepare = sys.argv[1:]
    app = open_app(url, base)
    if prepare:
        with app.app_context():
            keep_pair(base, json.loads(pair))
        return
    answers: list[Any] = []
    threads = [threading.Thread(target=call, args=(app, answers)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(answers))


def call(app: Flask, answers: list[Any]) -> None:
    with app.app_context(), every_portal():
        answers.append(open_client(1).call("profile").result["ID"])


def open_app(url: str, base: str) -> Flask:
    return create_app(
        Settings(
            _env_file=None,
            **OPERATOR,
            public_url="http://127.0.0.1:18690",
            client_id="local.bench",
            client_secret=SecretStr("bench-secret"),
            secret_key=SecretStr("a-secret-for-the-bench-that-is-long-enough"),
            seal_keys=(SEAL,),
            database_url=url,
            oauth_servers=(server_of(base),),
            allow_local_portals=True,
        )
    )


def server_of(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.hostname}:{(parts.port or 0) + 1}"


def keep_pair(base: str, pair: dict[str, str]) -> None:
    parts, now = urlsplit(base), datetime.now(UTC)
    portal = Portal(
        member_id="bench",
        domain=parts.netloc,
        client_endpoint=f"{parts.scheme}://{parts.netloc}/rest/",
        server_endpoint=f"{server_of(base)}/rest/",
        status=InstallStatus.ACTIVE,
        created_at=now,
    )
    with every_portal():
        db.session.add(portal)
        db.session.flush()
        tokens = {"access_token": pair["access"], "refresh_token": pair["refresh"]}
        moments = {"expires_at": now, "refreshed_at": now}
        db.session.add(Access(portal_id=portal.id, user_id=1, is_master=True, **tokens, **moments))
        db.session.commit()


if __name__ == "__main__":
    main()
