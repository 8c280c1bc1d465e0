"""Storages of every kind as the tests of targets use them: opened rightly, with a wrong key, and over a line that breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from b24app.backup.targets.s3 import S3Target
from b24app.backup.targets.sftp import SftpTarget
from b24app.backup.targets.target import Target
from b24app.backup.targets.target_settings import S3Settings, SftpSettings, WebDavSettings
from b24app.backup.targets.webdav import WebDavTarget
from b24app.clock import SystemClock
from tests.backup.storage_processes import (
    HOST,
    KEY,
    PASSWORD,
    READER_KEY,
    READER_SECRET,
    SECRET,
    USER,
    Ssh,
    StorageProcess,
    WebDav,
    Weed,
    patience_at,
)


@dataclass(frozen=True)
class TriedStorage:
    """A storage: `at(port)` opens it over another line, `wrong` with keys that it does not accept, each with its reason."""

    at: Callable[[int], Target]
    wrong: tuple[tuple[str, Callable[[], Target]], ...] = ()
    process: StorageProcess | None = None
    files: Path | None = None
    """Where its files lie, when the test can see them."""

    def open(self) -> Target:
        return self.at(0)


def s3_settings(server: Weed, port: int = 0, **changed: object) -> S3Settings:
    settings = S3Settings(
        endpoint=f"https://{HOST}:{port or server.port}", region="us-east-1", bucket="copies", folder="of/ours",
        key_id=KEY, secret=SecretStr(SECRET),
    )  # fmt: skip
    return settings.model_copy(update=changed)


def open_s3(server: Weed, port: int = 0, **changed: object) -> S3Target:
    return S3Target(s3_settings(server, port, **changed), server.requests(port), SystemClock())


def make_bucket(server: Weed, name: str, **headers: str) -> None:
    target = open_s3(server, bucket=name)
    url = f"https://{HOST}:{server.port}/{name}"
    assert target.requests.ask("PUT", url, target._sign("PUT", url, headers, b"")).status == 200


def s3_store(server: Weed, **changed: object) -> TriedStorage:
    return TriedStorage(
        lambda port: open_s3(server, port, **changed),
        (
            ("key", lambda: open_s3(server, key_id="NOBODY", **changed)),
            ("signature", lambda: open_s3(server, secret=SecretStr("wrong"), **changed)),
            ("right", lambda: open_s3(server, key_id=READER_KEY, secret=SecretStr(READER_SECRET), **changed)),
            ("bucket", lambda: open_s3(server, **{**changed, "bucket": "nowhere"})),
        ),
        server,
    )


def webdav_store(server: WebDav) -> TriedStorage:
    def at(port: int = 0, **changed: object) -> WebDavTarget:
        settings = WebDavSettings(
            url=f"https://{HOST}:{port or server.port}/", user=USER, secret=SecretStr(PASSWORD)
        )
        return WebDavTarget(settings.model_copy(update=changed), server.requests(port))

    wrong = ("password", lambda: at(secret=SecretStr("wrong"))), ("password", lambda: at(user="nobody"))
    return TriedStorage(at, wrong, server, server.folder / "files")


def sftp_settings(server: Ssh, port: int = 0, **changed: object) -> SftpSettings:
    settings = SftpSettings(
        host=HOST, port=port or server.port, user=server.user, folder=str(server.folder / "files"),
        private_key=SecretStr((server.folder / "user_key").read_text()),
    )  # fmt: skip
    return settings.model_copy(update=changed)


def open_sftp(server: Ssh, port: int = 0, **changed: object) -> SftpTarget:
    return SftpTarget(sftp_settings(server, port, **changed), server.ssh_guard(port), patience_at(port))


def sftp_store(server: Ssh) -> TriedStorage:
    wrong = (
        ("password", lambda: open_sftp(server, private_key=None, secret=SecretStr("wrong"))),
        ("password", lambda: open_sftp(server, user="nobody-here")),
        ("private_key", lambda: open_sftp(server, private_key=SecretStr("no key at all"))),
    )
    return TriedStorage(lambda port: open_sftp(server, port), wrong, server, server.folder / "files")


def without_wrong(store: TriedStorage) -> TriedStorage:
    return replace(store, wrong=())
