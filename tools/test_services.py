"""Finds or starts the PostgreSQL and Redis that the tests use, then runs a command with their addresses."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

POSTGRES_PORT, REDIS_PORT = 54329, 63799


def listens(port: int) -> bool:
    """Whether somebody answers on a local port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def install(package: str) -> None:
    """Install a Debian package on a bare machine."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*prefix, "apt-get", "update", "-qq"], check=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*prefix, "apt-get", "install", "-y", "-qq", package], check=True, env=env)


def trusts(port: int) -> bool:
    """Whether a PostgreSQL on this port lets the user postgres in without a password."""
    import psycopg

    try:
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def run_quietly(command: list[str], folder: Path) -> None:
    """Run a command that must succeed and whose words nobody needs."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)


def start_postgresql() -> None:
    """Start a throw-away cluster of our own; PostgreSQL refuses to run as root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        install("postgresql")
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    folder = Path(tempfile.mkdtemp(prefix="b24-postgresql-"))
    shutil.chown(folder, "postgres") if os.geteuid() == 0 else None
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data, tools = folder / "data", found[-1].parent
    run_quietly([*user, str(tools / "initdb"), "-A", "trust", "-U", "postgres", "-D", str(data)], folder)
    options = f"-p {POSTGRES_PORT} -k {folder} -c fsync=off"
    start = [
        *user,
        str(tools / "pg_ctl"),
        "-D",
        str(data),
        "-l",
        str(folder / "log"),
        "-w",
        "-o",
        options,
        "start",
    ]
    run_quietly(start, folder)


def start_redis() -> None:
    """Start a throw-away Redis of our own."""
    if not shutil.which("redis-server"):
        install("redis-server")
    command = [
        "redis-server",
        "--port",
        str(REDIS_PORT),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--daemonize",
        "yes",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for _ in range(50):
        if listens(REDIS_PORT):
            return
        time.sleep(0.1)


def find_postgresql() -> str:
    """The address of a PostgreSQL for the tests."""
    for port in (5432, POSTGRES_PORT):
        if listens(port) and trusts(port):
            return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    start_postgresql()
    return f"postgresql+psycopg://postgres@127.0.0.1:{POSTGRES_PORT}/postgres"


def find_redis() -> str:
    """The address of a Redis for the tests."""
    for port in (6379, REDIS_PORT):
        if listens(port):
            return f"redis://127.0.0.1:{port}/9"
    start_redis()
    return f"redis://127.0.0.1:{REDIS_PORT}/9"


def main() -> int:
    """Run the command given on the command line with both addresses in its environment."""
    env = os.environ | {
        "B24_POSTGRESQL": os.environ.get("B24_POSTGRESQL") or find_postgresql(),
        "B24_REDIS": os.environ.get("B24_REDIS") or find_redis(),
    }
    return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
