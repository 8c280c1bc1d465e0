"""Real storage servers as processes of their own: SeaweedFS (S3), wsgidav (WebDAV), OpenSSH (SFTP); each behind TLS or SSH."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import paramiko
import pytest
import trustme

from b24app.backup.targets.storage_requests import StoragePatience, StorageRequests
from b24app.guard import ENTERED, SFTP, Guard, Rule, Trust
from b24app.guard.sessions import open_session

HOST = "storage.corp"
HERE = ip_network("127.0.0.1/32")
KEY, SECRET = "COPYKEY", "a-secret-of-the-copy"
READER_KEY, READER_SECRET = "READKEY", "a-secret-that-only-reads"
USER, PASSWORD = "copy", "a-password-of-the-copy"
IMPATIENT = StoragePatience(connect=3, silence=3, whole=20)
STARTS_WITHIN = 40.0


def patience_at(port: int) -> StoragePatience:
    """Short on a line that a test breaks, the usual one on the server's own: a busy machine is no silence."""
    return IMPATIENT if port else StoragePatience()


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@dataclass
class StorageProcess:
    """A server of its own on this machine."""

    folder: Path
    port: int = field(default_factory=free_port)
    authority: str = ""
    running: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> StorageProcess:
        with (self.folder / "server.log").open("ab") as log:
            self.running = subprocess.Popen(
                self.command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if time.monotonic() > until or self.running.poll() is not None:
                pytest.fail((self.folder / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it and what it has begun, at once, by their own ids."""
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def guard(self, rule: Rule = ENTERED, port: int = 0, *numbers: str) -> Guard:
        places = {(host, port or self.port) for host in (HOST, f"copies.{HOST}", f"nowhere.{HOST}")}
        return Guard(rule, Trust(frozenset(places), (HERE,)), lambda _host, _port: numbers or ("127.0.0.1",))

    def requests(self, port: int = 0) -> StorageRequests:
        return StorageRequests(open_session(self.guard(ENTERED, port), self.authority), patience_at(port))

    def certify(self) -> None:
        """A certificate of a company's own CA for the names under which this server is known."""
        authority = trustme.CA()
        issued = authority.issue_cert(HOST, f"*.{HOST}")
        (self.folder / "key.pem").write_bytes(issued.private_key_pem.bytes())
        (self.folder / "cert.pem").write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
        self.authority = authority.cert_pem.bytes().decode()


def binary(name: str) -> str:
    """A program of the environment or of the machine; the test is skipped with a reason where it is missing."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed (tools/provision.sh)")
    return found


@dataclass
class Weed(StorageProcess):
    """SeaweedFS with an S3 gateway over TLS that verifies signatures; buckets are made by hand."""

    def command(self) -> list[str]:
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "s3.json").write_text(json.dumps({"identities": [
            _identity("copy", KEY, SECRET, "Admin", "Read", "Write", "List"),
            _identity("reader", READER_KEY, READER_SECRET, "Read", "List"),
        ]}))  # fmt: skip
        ports = [
            f"-{part}.port{kind}={free_port()}"
            for part in ("master", "volume", "filer")
            for kind in ("", ".grpc")
        ]
        return [
            binary("weed"), "server", f"-dir={self.folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *ports,
            "-volume.max=0", "-master.volumeSizeLimitMB=64", "-volume.minFreeSpacePercent=0", "-s3", f"-s3.port={self.port}",
            f"-s3.port.grpc={free_port()}", "-s3.config=s3.json", "-s3.autoCreateBucket=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-s3.cert.file=cert.pem", "-s3.key.file=key.pem", f"-s3.domainName={HOST}",
        ]  # fmt: skip


def _identity(name: str, key: str, secret: str, *actions: str) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


@dataclass
class WebDav(StorageProcess):
    """wsgidav behind cheroot with TLS and one user."""

    def command(self) -> list[str]:
        (self.folder / "files").mkdir(exist_ok=True)
        (self.folder / "wsgidav.json").write_text(json.dumps({
            "host": "127.0.0.1", "port": self.port, "server": "cheroot",
            "ssl_certificate": str(self.folder / "cert.pem"), "ssl_private_key": str(self.folder / "key.pem"),
            "provider_mapping": {"/": {"root": str(self.folder / "files")}},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "lock_storage": True, "property_manager": False, "verbose": 1,
        }))  # fmt: skip
        return [binary("wsgidav"), "--config", str(self.folder / "wsgidav.json")]


@dataclass
class Ssh(StorageProcess):
    """OpenSSH with a host key and a user's key of this test alone; passwords need the machine's own users."""

    def command(self) -> list[str]:
        (self.folder / "files").mkdir(exist_ok=True)
        self.make_host_key()
        user = paramiko.RSAKey.generate(2048)
        user.write_private_key_file(str(self.folder / "user_key"))
        (self.folder / "authorized_keys").write_text(f"{user.get_name()} {user.get_base64()}\n")
        lines = [
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder / 'host_key'}", "PidFile none",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}", "StrictModes no", "UsePAM no", "PermitRootLogin yes",
            "PasswordAuthentication no", "Subsystem sftp internal-sftp",
        ]  # fmt: skip
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        return [binary("sshd"), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    def make_host_key(self) -> None:
        path = self.folder / "host_key"
        path.unlink(missing_ok=True)
        paramiko.ECDSAKey.generate().write_private_key_file(str(path))
        path.chmod(0o600)

    @property
    def user(self) -> str:
        return pwd.getpwuid(os.getuid()).pw_name

    def ssh_guard(self, port: int = 0) -> Guard:
        return self.guard(SFTP, port)


class SshWithPassword(Ssh):
    """The same with one user and a password, in a mount namespace where the list of users is another one."""

    def command(self) -> list[str]:
        command = super().command()
        config = self.folder / "sshd_config"
        config.write_text(
            config.read_text().replace("PasswordAuthentication no", "PasswordAuthentication yes")
        )
        hashed = subprocess.run(
            [binary("openssl"), "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True
        ).stdout.strip()
        lines = {
            "passwd": f"{USER}:x:0:0::{self.folder}:/bin/sh",
            "shadow": f"{USER}:{hashed}:20000:0:99999:7:::",
        }
        for name, line in lines.items():
            (self.folder / name).write_text(Path("/etc", name).read_text() + line + "\n")
        mounts = " && ".join(f"mount --bind {self.folder / name} /etc/{name}" for name in lines)
        return [binary("unshare"), "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sshd", *command]
