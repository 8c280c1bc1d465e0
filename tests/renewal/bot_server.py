"""A small Bot API server: three methods as documented, refusals as the test scripts them.

Sources, nothing else is known here: core.telegram.org/bots/api "Making requests" (path /bot<token>/METHOD, JSON in and out,
`ok` with `result`, or `error_code` with `description` and `parameters`), "getMe", "getUpdates" (an update is confirmed, and
forgotten, once a higher offset is asked for; without an offset the earliest unconfirmed ones come), "sendMessage"
(`chat_id`, `text`), "Update", "Message", "Chat". Words of refusals: as clients report them (github.com/TelegramBotAPI/errors).
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
BLOCKED = (403, "Forbidden: bot was blocked by the user")
NO_CHAT = (400, "Bad Request: chat not found")
BAD_TOKEN = (401, "Unauthorized")
CONFLICT = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)


@dataclass
class BotServer:
    """What the bot was told and has said; `refusals` are answered first, each once."""

    port: int = 0
    updates: list[dict[str, Any]] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refusals: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    next_id: int = 1000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def writes(self, text: str, chat: int | str = 77, kind: str = "private", language: str = "ru") -> int:
        """A person writes to the bot."""
        self.next_id += 1
        person = {"id": chat, "is_bot": False, "first_name": "Марина", "language_code": language}
        message = {
            "message_id": 1,
            "date": 0,
            "chat": {"id": chat, "type": kind},
            "from": person,
            "text": text,
        }
        self.updates.append({"update_id": self.next_id, "message": message})
        return self.next_id

    def refuse(self, method: str, *answers: tuple[int, str]) -> None:
        self.refusals.setdefault(method, []).extend(answers)

    def answer(self, method: str, values: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(method)
        if left := self.refusals.get(method):
            code, words = left.pop(0)
            found: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
            if code == 429:
                found["parameters"] = {"retry_after": int(words.rsplit(" ", 1)[1])}
            return code, found
        return 200, {"ok": True, "result": getattr(self, method)(**values)}

    def getMe(self) -> dict[str, Any]:
        return {"id": 123456, "is_bot": True, "first_name": "Renewal", "username": "renewal_test_bot"}

    def getUpdates(self, offset: int = 0, limit: int = 100, **_more: Any) -> list[dict[str, Any]]:
        if offset:
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
        return self.updates[:limit]

    def sendMessage(self, chat_id: str, text: str) -> dict[str, Any]:
        self.said.append((str(chat_id), text))
        return {"message_id": len(self.said), "date": 0, "chat": {"id": int(chat_id), "type": "private"}}


@pytest.fixture(scope="session")
def bot_servers() -> Iterator[list[tuple[BotServer, ThreadingHTTPServer]]]:
    """At most one running server: its port stays, and so do the settings that name it."""
    running: list[tuple[BotServer, ThreadingHTTPServer]] = []
    yield running
    for _, server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def telegram(socket_enabled: None, bot_servers: list[tuple[BotServer, ThreadingHTTPServer]]) -> BotServer:
    """A Bot API server that nobody has asked yet."""
    if not bot_servers:
        bot_servers.append(start())
    found = bot_servers[0][0]
    fresh = BotServer(found.port)
    vars(found).update(vars(fresh))
    return found


def start() -> tuple[BotServer, ThreadingHTTPServer]:
    found = BotServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            values = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prefix, _, method = self.path.rpartition("/")
            known = prefix == f"/bot{TOKEN}"
            status, answer = found.answer(method, values) if known else (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})  # fmt: skip
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return found, server
