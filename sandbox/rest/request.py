"""Reading a REST request: method, parameters, credentials (the portal's source, rest 25.600)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from sandbox.php import nest, parse_query

TOKEN_NAMES = ("auth", "access_token")


@dataclass(frozen=True, slots=True)
class RestRequest:
    """One HTTP request, read."""

    method: str
    params: dict[str, Any]
    token: str = ""
    hook_user: str = ""
    hook_secret: str = ""
    source: str = ""
    secure: bool = True
    lang: str = ""
    commands: list[str] = field(default_factory=list)

    @property
    def by_webhook(self) -> bool:
        """Return whether the credentials are in the path."""
        return bool(self.hook_secret)


def read_request(request: Request, path: str) -> RestRequest:
    """Read a request below /rest/."""
    hook_user, hook_secret, method = split_path(path)
    params = {**parse_query(request.query_string.decode()), **read_body(request)}
    token = bearer_of(request)
    for name in TOKEN_NAMES:
        token = token or str(params.get(name) or "")
        params.pop(name, None)
    return RestRequest(
        method=method,
        params=params,
        token=token,
        hook_user=hook_user,
        hook_secret=hook_secret,
        source=request.remote_addr or "",
        secure=request.scheme == "https",
        lang=request.accept_languages.best or "",
    )


def split_path(path: str) -> tuple[str, str, str]:
    """Split "<user>/<secret>/<method>.json" or "<method>" into its parts."""
    parts = path.strip("/").split("/")
    user, secret = ("", "") if len(parts) < 3 else (parts[0], parts[1])
    method = parts[-1]
    for suffix in (".json", ".xml"):
        method = method.removesuffix(suffix)
    return user, secret, method


def read_body(request: Request) -> dict[str, Any]:
    """Read a body: form fields with brackets, or JSON; broken JSON counts as nothing."""
    kind = request.mimetype
    if kind == "multipart/form-data":
        return nest(request.form.items(multi=True))
    raw = request.get_data(cache=True)
    if kind == "application/json":
        return _json(raw)
    return parse_query(raw.decode("utf-8", "replace")) if raw else {}


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {}
    if isinstance(found, list):
        return {str(index): item for index, item in enumerate(found)}
    return found if isinstance(found, dict) else {}


def bearer_of(request: Request) -> str:
    """Return the token of the Authorization header, empty without one."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""
