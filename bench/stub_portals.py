"""Thousands of portals and their authorization server on one port of this machine: thin, and slow as asked.

`http://127.0.0.1:PORT/p17/rest/` is a portal. Of each hundred five answer with HTML and two take a request and say
nothing; the others answer after a while, with what a portal of the sandbox has answered to the same question.
`GET /numbers` says what was asked.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HTML_PORTALS = frozenset({3, 23, 43, 63, 83})
SILENT_PORTALS = frozenset({10, 60})
PAGE = b"<!DOCTYPE html><html><head><title>Bitrix24</title></head><body>Sign in</body></html>"
EXPIRED = b'{"error":"expired_token","error_description":"The access token provided has expired"}'
UNKNOWN = {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}


def kind_of(number: int) -> str:
    """How a portal behaves."""
    share = number % 100
    return "html" if share in HTML_PORTALS else "silent" if share in SILENT_PORTALS else "usual"


class Portals:
    """Answers of all portals, and what was asked of them by their kind."""

    def __init__(self, recorded: Mapping[str, Any], latency: float) -> None:
        self.commands: Mapping[str, Any] = recorded["commands"]
        self.calls: Mapping[str, Any] = recorded["calls"]
        self.latency = latency
        self.numbers: Counter[str] = Counter()
        self.held = 0.0
        self._ready: dict[tuple[str, ...], bytes] = {}

    async def answer(self, path: str, body: bytes, closed: asyncio.StreamReader) -> tuple[int, bytes]:
        """Status and body for one request."""
        if path.startswith("/numbers"):
            return 200, json.dumps({**self.numbers, "held": self.held}).encode()
        if path.startswith("/oauth/token"):
            self.numbers["refreshes"] += 1
            fresh = {
                "access_token": f"new{self.numbers['refreshes']}",
                "refresh_token": "r",
                "expires_in": 3600,
            }
            return 200, json.dumps(fresh).encode()
        _, portal, _, method = path.split("/", 3)
        kind = kind_of(int(portal[1:]))
        self.numbers[f"{kind} requests"] += 1
        if kind == "silent":
            await self._say_nothing(closed)
        if kind == "html":
            return 200, PAGE
        return await self._usual(method.partition("?")[0], json.loads(body or b"{}"))

    async def _say_nothing(self, closed: asyncio.StreamReader) -> None:
        began = time.monotonic()
        await closed.read()
        self.held += time.monotonic() - began
        raise ConnectionResetError

    async def _usual(self, method: str, params: Mapping[str, Any]) -> tuple[int, bytes]:
        if not str(params.get("auth", "")).startswith("new"):
            return 401, EXPIRED
        await asyncio.sleep(self.latency)
        if method == "batch":
            return 200, self._batch(params["cmd"])
        if method not in self.calls:
            self.numbers["unknown questions"] += 1
        return 200, json.dumps(self.calls.get(method, UNKNOWN)).encode()

    def _batch(self, commands: Mapping[str, str]) -> bytes:
        """Batches of the same commands are made once: ours are not what is measured."""
        asked = tuple(f"{key} {command.partition('?')[0]}" for key, command in commands.items())
        if asked not in self._ready:
            self._ready[asked] = json.dumps(self._made(asked)).encode()
        return self._ready[asked]

    def _made(self, asked: tuple[str, ...]) -> Mapping[str, Any]:
        parts: dict[str, dict[str, Any]] = {
            part: {} for part in ("result", "result_error", "result_total", "result_next", "result_time")
        }
        for one in asked:
            key = one.partition(" ")[0]
            if one not in self.commands:
                self.numbers["unknown questions"] += 1
            for part, value in self.commands.get(one, {"result_error": UNKNOWN}).items():
                parts[part][key] = value
        return {"result": {name: part or [] for name, part in parts.items()}, "time": self.calls["time"]}


async def serve(portals: Portals, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection, one after the other."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            line, *rows = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status, answer = await portals.answer(line.split()[1], body, reader)
            sort = "text/html" if answer is PAGE else "application/json"
            writer.write(
                f"HTTP/1.1 {status} OK\r\nContent-Type: {sort}\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                + answer
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def run(port: int, portals: Portals) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(
        lambda *ends: serve(portals, *ends), "127.0.0.1", port, limit=2**22, backlog=500
    )
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--recorded", type=Path, required=True)
    parser.add_argument("--latency", type=float, default=0.05)
    options = parser.parse_args()
    portals = Portals(json.loads(options.recorded.read_text()), options.latency)
    asyncio.run(run(options.port, portals))


if __name__ == "__main__":
    main()
