"""Connects to an SFTP server: dialled by the guard, host key compared, then a password or a private key."""

import io
import socket
import struct

import paramiko
from paramiko.sftp import CMD_EXTENDED

from b24app.backup.targets.storage_requests import StoragePatience, explain_name, refused_place
from b24app.backup.targets.target import TargetFailed, TargetRefused
from b24app.backup.targets.target_settings import SftpSettings, sftp_place
from b24app.guard import Guard, PlaceRefused
from b24app.network import demand_leave

KEYS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def connect(
    settings: SftpSettings, guard: Guard, patience: StoragePatience
) -> tuple[paramiko.Transport, paramiko.SFTPClient]:
    """Open a connection; raises TargetFailed. No credentials are sent to a server with another host key than before."""
    demand_leave()
    key = read_private_key(settings.private_key.get_secret_value()) if settings.private_key else None
    line = _dial(settings, guard, patience)
    transport = paramiko.Transport(line)
    transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = patience.connect
    _prefer_kind(transport, settings.host_key.partition(" ")[0])
    try:
        transport.start_client(timeout=patience.connect)
        _compare(transport, settings.host_key)
        _log_in(transport, settings, key)
        client = paramiko.SFTPClient.from_transport(transport)
    except paramiko.AuthenticationException:
        transport.close()
        raise TargetRefused("password") from None
    except TargetFailed:
        transport.close()
        raise
    except (paramiko.SSHException, EOFError, OSError):
        transport.close()
        raise TargetFailed("answer") from None
    if client is None:
        transport.close()
        raise TargetFailed("answer")
    channel = client.get_channel()
    if channel is not None:
        channel.settimeout(patience.silence)
    return transport, client


def _dial(settings: SftpSettings, guard: Guard, patience: StoragePatience) -> socket.socket:
    try:
        place = sftp_place(settings)
        return guard.connect(guard.judge(f"https://{place.authority}/"), patience.connect)
    except PlaceRefused as error:
        raise refused_place(error) from None
    except socket.gaierror as error:
        raise explain_name(error) from None
    except TimeoutError:
        raise TargetFailed("silent") from None
    except OSError:
        raise TargetFailed("not_connected") from None


def _prefer_kind(transport: paramiko.Transport, kind: str) -> None:
    """Ask for the kind of host key that is stored: a server with an additional one is the same server."""
    options = transport.get_security_options()
    wanted = [
        one for one in options.key_types if one == kind or (kind == "ssh-rsa" and one.startswith("rsa-"))
    ]
    options.key_types = [*wanted, *(one for one in options.key_types if one not in wanted)]


def _compare(transport: paramiko.Transport, known: str) -> None:
    shown = transport.get_remote_server_key()
    if known and known != f"{shown.get_name()} {shown.get_base64()}":
        raise TargetRefused("host_key")


def _log_in(transport: paramiko.Transport, settings: SftpSettings, key: paramiko.PKey | None) -> None:
    if key is not None:
        transport.auth_publickey(settings.user, key)
    elif settings.secret is not None:
        transport.auth_password(settings.user, settings.secret.get_secret_value())
    else:
        raise TargetRefused("password")


def read_private_key(text: str) -> paramiko.PKey:
    """A private key of any usual kind without a passphrase; raises TargetRefused."""
    for kind in KEYS:
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
        except (paramiko.SSHException, ValueError, IndexError, struct.error):
            continue
    raise TargetRefused("private_key")


def free_bytes(client: paramiko.SFTPClient, folder: str) -> int | None:
    """Free bytes in a folder, by OpenSSH's statvfs@openssh.com (its PROTOCOL, 4.4); None where the server does not return it.

    A full disk is a plain failure in SFTP, without a code of its own.
    """
    try:
        _, answer = client._request(CMD_EXTENDED, "statvfs@openssh.com", folder)  # type: ignore[attr-defined] # noqa: SLF001
        _size, fragment, _blocks, _free, available = (answer.get_int64() for _ in range(5))
    except (OSError, EOFError, paramiko.SSHException):
        return None
    return int(fragment) * int(available)
