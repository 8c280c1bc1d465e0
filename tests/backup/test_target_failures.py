"""Storages that break off, fall silent, are killed, full, or lie: what was half-written is never seen, and the cause is said in words."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import os
import secrets
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pydantic import SecretStr
from sentry_sdk.consts import DEFAULT_OPTIONS
from sentry_sdk.utils import event_from_exception

from b24app.backup.targets.folder import FolderTarget
from b24app.backup.targets.s3 import BucketNotes, S3Target
from b24app.backup.targets.sftp import SftpTarget
from b24app.backup.targets.target import ObjectMissing, Target, TargetFailed, TargetRefused
from b24app.backup.targets.target_settings import S3Settings, SftpSettings, WebDavSettings
from b24app.backup.targets.webdav import WebDavTarget
from b24app.clock import SystemClock
from b24app.guard import ENTERED, SFTP, Guard
from b24app.guard.sessions import open_session
from b24app.web.monitoring import scrub
from tests.backup.conftest import new_process
from tests.backup.cutting_relay import Relay
from tests.backup.storage_processes import (
    HOST,
    IMPATIENT,
    KEY,
    PASSWORD,
    SECRET,
    USER,
    Ssh,
    SshWithPassword,
    WebDav,
    Weed,
)
from tests.backup.stores import (
    TriedStorage,
    make_bucket,
    open_s3,
    open_sftp,
    s3_store,
    sftp_settings,
    sftp_store,
    webdav_store,
)
from tests.backup.strange_site import StrangeSite, says, strange_site

pytestmark = [pytest.mark.enable_socket, pytest.mark.servers]
PACK = secrets.token_bytes(8_000_000)
BROKEN = {"broken_off", "silent", "fault"}
STORES: dict[str, Callable[[pytest.FixtureRequest], TriedStorage]] = {
    "s3": lambda request: s3_store(request.getfixturevalue("weed")),
    "webdav": lambda request: webdav_store(request.getfixturevalue("webdav")),
    "sftp": lambda request: sftp_store(request.getfixturevalue("ssh")),
}


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest) -> TriedStorage:
    return STORES[request.param](request)


@pytest.fixture
def name() -> str:
    return f"renewal-copy/{secrets.token_hex(8)}/packs/one.age"


def seen(target: Target, name: str) -> list[str]:
    return [one.name for one in target.names(name.partition("/packs")[0] + "/")]


def assert_nothing_of(store: TriedStorage, name: str) -> None:
    target = store.open()
    assert seen(target, name) == []
    with pytest.raises(ObjectMissing):
        target.get(name)
    target.put(name, PACK)
    assert target.get(name) == PACK
    target.close()


def wait_until_ready(store: TriedStorage) -> None:
    """A storage of several parts takes a while after its start until all of them have met."""
    until = time.monotonic() + 60
    target = store.open()
    while time.monotonic() < until:
        with contextlib.suppress(TargetFailed):
            target.put(f"renewal-copy/{secrets.token_hex(8)}/ready", b"-")
            break
    target.close()


@pytest.mark.parametrize("silent", [False, True], ids=["cut", "silent"])
def test_a_line_that_ends_in_the_middle_leaves_nothing_half_written(
    store: TriedStorage, name: str, silent: bool
) -> None:
    assert store.process is not None
    relay = Relay(store.process.port, after=3_000_000, silent=silent)
    target = store.at(relay.at)
    with pytest.raises(TargetFailed) as failed:
        target.put(name, PACK)
    assert failed.value.reason in BROKEN
    assert failed.value.retryable
    target.close()
    relay.close()
    assert_nothing_of(store, name)


@pytest.mark.parametrize("kind", [Weed, WebDav, Ssh])
def test_a_server_that_is_killed_in_the_middle_leaves_nothing_half_written(
    kind: type[Weed | WebDav | Ssh], name: str, tmp_path: Path
) -> None:
    server = new_process(kind, tmp_path)
    store = {Weed: s3_store, WebDav: webdav_store, Ssh: sftp_store}[kind](server)  # type: ignore[operator]
    relay = Relay(server.port, after=3_000_000, then=server.kill)
    target = store.at(relay.at)
    with pytest.raises(TargetFailed) as failed:
        target.put(name, PACK)
    assert failed.value.retryable
    target.close()
    relay.close()
    try:
        server.start()
        wait_until_ready(store)
        assert_nothing_of(store, name)
    finally:
        server.kill()


def test_a_server_that_is_not_there_is_said_to_take_no_connection(store: TriedStorage, name: str) -> None:
    target = store.at(1)
    with pytest.raises(TargetFailed) as failed:
        target.get(name)
    assert failed.value.reason in {"not_connected", "port", "closed_network"}


def test_an_object_may_be_put_after_the_line_broke(store: TriedStorage, name: str) -> None:
    """One and the same opened target goes on with a new line."""
    target = store.open()
    target.put(name, b"first")
    if isinstance(target, SftpTarget):
        assert target._transport is not None
        target._transport.sock.close()
        with pytest.raises(TargetFailed):
            target.get(name)
    assert target.get(name) == b"first"
    target.close()


def test_two_workers_may_put_the_same_pack_at_once(store: TriedStorage, name: str) -> None:
    def put(_number: int) -> None:
        target = store.open()
        target.put(name, PACK)
        target.close()

    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(put, range(4))) == [None] * 4
    target = store.open()
    assert seen(target, name) == [name]
    assert target.get(name) == PACK
    target.close()


def test_what_a_killed_worker_left_aside_is_no_object(
    name: str, webdav: WebDav, ssh: Ssh, tmp_path: Path
) -> None:
    folder = name.rpartition("/")[0]
    for files, target in (
        (webdav.folder / "files", webdav_store(webdav).open()),
        (ssh.folder / "files", sftp_store(ssh).open()),
        (tmp_path, FolderTarget(tmp_path)),
    ):
        (files / folder).mkdir(parents=True, exist_ok=True)
        (files / folder / ".part-0123456789abcdef").write_bytes(PACK[:1000])
        assert seen(target, name) == []
        target.put(name, PACK)
        assert seen(target, name) == [name]
        target.close()


# Full disks


@contextlib.contextmanager
def disk_of(megabytes: int, folder: Path) -> Iterator[Path]:
    """A small disk of its own at a folder."""
    folder.mkdir()
    mounted = os.getuid() == 0 and subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "-l", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    with disk_of(3, tmp_path / "files") as folder:
        yield folder


def fill(target: Target, name: str) -> tuple[list[str], str]:
    """Put packs until the storage takes no more: what it took, and why it stopped."""
    kept: list[str] = []
    for number in range(12):
        try:
            target.put(f"{name}.{number}", PACK)
        except TargetFailed as failed:
            return kept, failed.reason
        kept.append(f"{name}.{number}")
    return kept, ""


def test_a_full_disk_of_an_s3_server_leaves_nothing_half_written(name: str, tmp_path: Path) -> None:
    with disk_of(60, tmp_path / "data"):
        server = new_process(Weed, tmp_path)
        try:
            target = open_s3(server)
            kept, reason = fill(target, name)
            assert reason in {"no_room", "fault"}  # SeaweedFS says InternalError
            assert seen(target, name) == kept
        finally:
            server.kill()


def test_a_full_disk_is_said_in_words_by_a_folder(small_disk: Path, name: str) -> None:
    target = FolderTarget(small_disk)
    target.put(name, b"fits")
    with pytest.raises(TargetRefused, match="no_room"):
        target.put(f"{name}.2", PACK)
    assert seen(target, name) == [name]
    assert list(small_disk.rglob(".part-*")) == []


def test_a_full_disk_is_said_in_words_over_sftp(small_disk: Path, name: str, ssh: Ssh) -> None:
    target = open_sftp(ssh, folder=str(small_disk))
    target.put(name, b"fits")
    with pytest.raises(TargetRefused, match="no_room"):
        target.put(f"{name}.2", PACK)
    assert seen(target, name) == [name]
    assert list(small_disk.rglob(".part-*")) == []
    target.close()


def test_a_full_disk_of_a_webdav_server_leaves_nothing_half_written(
    small_disk: Path, name: str, tmp_path: Path
) -> None:
    server = new_process(WebDav, tmp_path)
    try:
        target = webdav_store(server).open()
        target.put(name, b"fits")
        with pytest.raises(TargetFailed) as failed:
            target.put(f"{name}.2", PACK)
        assert failed.value.reason in {"no_room", "fault"}
        assert seen(target, name) == [name]
    finally:
        server.kill()


def test_a_folder_that_may_not_be_written_says_so(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.write_text("a file")
    with pytest.raises(TargetFailed):
        FolderTarget(folder).put(name, b"sealed")


# Lists


def test_a_list_of_a_bucket_goes_on_behind_its_first_thousand(weed: Weed) -> None:
    target, root = open_s3(weed), f"renewal-copy/{secrets.token_hex(8)}"
    names = {f"{root}/packs/{number:05}" for number in range(1005)}
    for one in sorted(names):
        target.put(one, b"-")
    assert {found.name for found in target.names(f"{root}/")} == names
    target.close()


# Versions and locks


def test_a_bucket_with_a_lock_is_found_and_used(weed: Weed, name: str) -> None:
    target = open_s3(weed, bucket="locked")
    assert target.bucket == BucketNotes(versions=True, locks=True, own_rule=False)
    target.put(name, b"sealed")
    url = target._url(target._key(name), {"retention": ""})
    reply = target.requests.ask("GET", url, target._sign("GET", url, {}, b""))
    assert b"GOVERNANCE" in reply.content
    until = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d").encode()
    assert until in reply.content
    target.delete(name)
    assert seen(target, name) == []
    assert open_s3(weed).bucket == BucketNotes()


def test_a_rule_of_the_bucket_itself_is_left_to_it(weed: Weed, name: str) -> None:
    make_bucket(weed, "ruled", **{"x-amz-bucket-object-lock-enabled": "true"})
    target = open_s3(weed, bucket="ruled")
    rule = (
        b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
        b"<Mode>GOVERNANCE</Mode><Days>7</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
    )
    md5 = base64.b64encode(hashlib.md5(rule, usedforsecurity=False).digest()).decode()
    assert target._ask("PUT", "", {"object-lock": ""}, {"Content-MD5": md5}, rule).status == 200
    assert open_s3(weed, bucket="ruled").bucket == BucketNotes(versions=True, locks=True, own_rule=True)
    ruled = open_s3(weed, bucket="ruled")
    assert ruled._lock(datetime.now(UTC)) == {}
    ruled.put(name, b"sealed")
    assert ruled.get(name) == b"sealed"


def test_a_storage_without_conditions_is_written_to_all_the_same(name: str) -> None:
    asked: list[str | None] = []

    def answer(handler: object) -> None:
        asked.append(handler.headers.get("If-None-Match"))  # type: ignore[attr-defined]
        says(501 if asked[-1] else 200, b"<Error><Code>NotImplemented</Code></Error>" if asked[-1] else b"")(
            handler
        )  # type: ignore[arg-type]

    with strange_site(answer) as site:
        strange_s3(site).put(name, b"sealed")
    assert asked[-2:] == ["*", None]


# Addresses


def strange_s3(site: StrangeSite, **changed: object) -> S3Target:
    settings = S3Settings(
        endpoint=site.url, region="us-east-1", bucket="copies", key_id=KEY, secret=SecretStr(SECRET)
    )
    return S3Target(settings.model_copy(update=changed), site.requests(), SystemClock())


def strange_webdav(site: StrangeSite) -> WebDavTarget:
    return WebDavTarget(WebDavSettings(url=site.url, user=USER, secret=SecretStr(PASSWORD)), site.requests())


@pytest.mark.parametrize("opened", [strange_s3, strange_webdav])
@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data", "https://127.0.0.1:9/x"])
def test_a_redirect_to_an_inner_address_is_refused(
    opened: Callable[[StrangeSite], Target], place: str, name: str
) -> None:
    with strange_site(says(307, Location=place)) as site:
        target = opened(site)
        for ask in (
            lambda: target.get(name),
            lambda: target.put(name, b"-"),
            lambda: list(target.names("a/")),
        ):
            with pytest.raises(TargetRefused, match="moved"):
                ask()


def closed_targets() -> list[Target]:
    """Storages at a public name that leads into a closed network."""

    def guard(rule: object) -> Guard:
        return Guard(rule, resolve=lambda _host, _port: ("203.0.112.9", "10.0.0.7"))  # type: ignore[arg-type]

    class Asks:
        def __new__(cls) -> object:  # type: ignore[misc]
            from b24app.backup.targets.storage_requests import StorageRequests

            return StorageRequests(open_session(guard(ENTERED)), IMPATIENT)

    s3 = S3Settings(
        endpoint="https://copies.example.com", region="r", bucket="b", key_id=KEY, secret=SecretStr(SECRET)
    )
    dav = WebDavSettings(url="https://copies.example.com/dav", user=USER, secret=SecretStr(PASSWORD))
    ssh = SftpSettings(host="copies.example.com", user=USER, secret=SecretStr(PASSWORD))
    return [
        S3Target(s3, Asks(), SystemClock()),  # type: ignore[arg-type]
        WebDavTarget(dav, Asks()),  # type: ignore[arg-type]
        SftpTarget(ssh, guard(SFTP), IMPATIENT),
    ]


@pytest.mark.parametrize("number", range(3), ids=["s3", "webdav", "sftp"])
def test_a_name_that_leads_into_a_closed_network_is_refused(number: int, name: str) -> None:
    with pytest.raises(TargetRefused, match="closed_network"):
        closed_targets()[number].put(name, b"sealed")


def test_a_certificate_that_is_not_valid_is_refused_before_anything_is_sent(name: str) -> None:
    with strange_site(says(200)) as site:
        target = strange_s3(site)
        site.authority = ""
        target.requests = site.requests()
        with pytest.raises(TargetRefused, match="certificate"):
            target.put(name, b"sealed")
        assert site.heard == []


def test_a_clock_that_differs_is_said_in_words(weed: Weed, name: str) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=2), tick=True):
        target = open_s3(weed)
        with pytest.raises(TargetRefused, match="clock"):
            target.put(name, b"sealed")


# Lies


@pytest.mark.parametrize(
    "lie",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><ListBucketResult>&b;</ListBucketResult>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><ListBucketResult/>',
        b"<html>Welcome</html>",
        b"not xml at all",
        b"<a>" * 5000,
        b"<ListBucketResult><Contents><Key>a</Key><Size>many</Size></Contents></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>",
    ],
)
def test_a_list_that_lies_is_no_list(lie: bytes) -> None:
    with strange_site(says(200, lie)) as site, pytest.raises(TargetFailed, match="answer"):
        list(strange_s3(site).names("renewal-copy/"))
    with strange_site(says(207, lie)) as site:
        assert told_by(strange_webdav(site)) in ([], "answer")


def told_by(target: Target) -> object:
    try:
        return [one.name for one in target.names("renewal-copy/x/")]
    except TargetFailed as failed:
        return failed.reason


def test_a_list_that_never_ends_is_refused() -> None:
    page = b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken></ListBucketResult>"
    with strange_site(says(200, page)) as site, pytest.raises(TargetRefused, match="too_many"):
        list(strange_s3(site).names("renewal-copy/"))


def test_a_folder_that_lists_others_lists_only_its_own() -> None:
    told = (
        b'<multistatus xmlns="DAV:">'
        b"<response><href>/renewal-copy/x/</href><propstat><prop><resourcetype><collection/></resourcetype></prop></propstat></response>"
        b"<response><href>/etc/passwd</href><propstat><prop><resourcetype/><getcontentlength>5</getcontentlength></prop></propstat></response>"
        b"<response><href>/renewal-copy/x/../../passwd</href></response>"
        b"<response><href>/renewal-copy/x/one</href><propstat><prop><getcontentlength>7</getcontentlength></prop></propstat></response>"
        b"</multistatus>"
    )
    with strange_site(says(207, told)) as site:
        assert [one.name for one in strange_webdav(site).names("renewal-copy/x/")] == ["renewal-copy/x/one"]


def test_an_object_without_an_end_does_not_fill_the_memory(name: str) -> None:
    def answer(handler: object) -> None:
        says(200, Content_Length=str(2**40))(handler)  # type: ignore[arg-type]
        while True:
            handler.wfile.write(b"x" * 1_000_000)  # type: ignore[attr-defined]

    with strange_site(answer) as site, pytest.raises(TargetRefused, match="too_large"):
        strange_s3(site).get(name)


def test_an_object_that_is_cut_short_is_no_object(name: str) -> None:
    with (
        strange_site(says(200, b"half", Content_Length="8")) as site,
        pytest.raises(TargetFailed, match="broken_off"),
    ):
        strange_s3(site).get(name)


@pytest.mark.parametrize(
    ("status", "code", "reason", "retryable"),
    [
        (503, "SlowDown", "busy", True),
        (500, "InternalError", "fault", True),
        (429, "", "busy", True),
        (507, "XMinioStorageFull", "no_room", False),
        (403, "QuotaExceeded", "no_room", False),
        (404, "NoSuchBucket", "bucket", False),
        (400, "AuthorizationHeaderMalformed", "region", False),
        (403, "AccessDenied", "right", False),
        (413, "EntityTooLarge", "too_large", False),
        (418, "", "answer", False),
    ],
)
def test_refusals_of_a_bucket_have_words_of_their_own(
    status: int, code: str, reason: str, retryable: bool, name: str
) -> None:
    body = f"<Error><Code>{code}</Code></Error>".encode() if code else b""
    with strange_site(says(status, body)) as site, pytest.raises(TargetFailed) as failed:
        strange_s3(site).put(name, b"sealed")
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)


# Keys of hosts


def test_the_key_of_a_host_is_learned_once_and_compared_later(tmp_path: Path, name: str) -> None:
    server = new_process(Ssh, tmp_path)
    try:
        first = open_sftp(server)
        known = first.host_key
        first.close()
        assert known.startswith("ecdsa-sha2-nistp256 ")
        same = open_sftp(server, host_key=known)
        same.put(name, b"sealed")
        same.close()
    finally:
        server.kill()
    server.start()  # with another host key
    try:
        other = open_sftp(server, host_key=known)
        with pytest.raises(TargetRefused, match="host_key"):
            other.get(name)
        other.close()
    finally:
        server.kill()


def test_a_password_opens_a_server_where_no_key_is_given(tmp_path: Path, name: str) -> None:
    """OpenSSH asks the machine's own users: it gets a list of its own, seen by this process alone."""
    if os.getuid() != 0:
        pytest.skip("only root may give OpenSSH a list of users of its own")
    server = new_process(SshWithPassword, tmp_path)
    try:
        target = open_sftp(server, user=USER, private_key=None, secret=SecretStr(PASSWORD))
        target.put(name, PACK)
        assert target.get(name) == PACK
        target.close()
        wrong = open_sftp(server, user=USER, private_key=None, secret=SecretStr("wrong"))
        with pytest.raises(TargetRefused, match="password"):
            wrong.get(name)
    finally:
        server.kill()


# Secrets


def test_secrets_are_in_no_log_no_error_and_no_text_of_settings(
    weed: Weed, webdav: WebDav, ssh: Ssh, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    key = SecretStr((ssh.folder / "user_key").read_text())
    hidden = [SECRET, PASSWORD, key.get_secret_value().splitlines()[5]]
    told: list[str] = []
    for store in (s3_store(weed), webdav_store(webdav), sftp_store(ssh)):
        target = store.open()
        target.put(name, b"sealed")
        target.close()
        told.append(repr(target))
        for _reason, open_wrongly in store.wrong:
            try:
                open_wrongly().put(name, b"other")
            except TargetFailed as failed:
                told.append("".join(traceback.format_exception(failed)) + failed.message)
    told += [
        repr(sftp_settings(ssh)),
        str(sftp_settings(ssh)),
        repr(SftpTarget(sftp_settings(ssh), ssh.ssh_guard())),
    ]
    lines = caplog.text + "".join(told)
    assert told
    assert [one for one in hidden if one in lines] == []
    assert HOST not in "".join(
        str(record.msg) for record in caplog.records if record.name.startswith("paramiko")
    )


def test_a_report_of_a_failure_carries_no_secret(webdav: WebDav, weed: Weed) -> None:
    for store in (webdav_store(webdav), s3_store(weed)):
        for _reason, open_wrongly in store.wrong:
            with pytest.raises(TargetFailed) as failed:
                open_wrongly().put("renewal-copy/x/one", b"sealed")
            found = (failed.type, failed.value, failed.tb)
            event, _hint = event_from_exception(
                found, client_options=DEFAULT_OPTIONS | {"include_local_variables": False}
            )
            report = json.dumps(scrub(event, {}), default=str)
            assert "TargetRefused" in report
            assert [one for one in (SECRET, PASSWORD, USER + ":", "Basic ", KEY) if one in report] == []
