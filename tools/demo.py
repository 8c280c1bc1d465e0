"""The demo: a portal in a box, the application and its worker on this machine, until Ctrl+C."""

import ctypes.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE_OPERATOR = {
    "B24APP_OPERATOR_NAME": "Пример, а не оператор / an example, not an operator",
    "B24APP_OPERATOR_NUMBER": "0000000000 (пример / example)",
    "B24APP_OPERATOR_ADDRESS": "Пример / example",
    "B24APP_OPERATOR_COUNTRY": "RU",
    "B24APP_OPERATOR_MAIL": "privacy@operator.example",
    "B24APP_OPERATOR_HOURS": "Пример / example",
    "B24APP_OPERATOR_REACTION": "Пример / example",
    "B24APP_HOSTING_COUNTRY": "RU",
    "B24APP_PROCESSORS": "none",
}
"""What the edition `market` demands of its operator: plainly nobody's."""
BEGAN = float(os.environ.get("DEMO_BEGAN") or time.time())
"""When `make demo` was typed: its preparations count, too."""
DAYS_LEFT = 30
"""How long the plan still runs when the story begins: three weeks pass in it."""
LAST_LINES = 30


@dataclass(frozen=True)
class Ports:
    """Where each part of the demo listens."""

    portal: int = int(os.environ.get("DEMO_PORTAL_PORT", "8000"))
    oauth: int = int(os.environ.get("DEMO_OAUTH_PORT", "8001"))
    second_oauth: int = int(os.environ.get("DEMO_SECOND_OAUTH_PORT", "8002"))
    app: int = int(os.environ.get("DEMO_APP_PORT", "8080"))
    mail: int = int(os.environ.get("DEMO_MAIL_PORT", "8025"))
    clients: int = int(os.environ.get("DEMO_CLIENTS_PORT", "8100"))


def is_taken(port: int) -> bool:
    """Whether another program listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what has only just been closed is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def explain_taken(ports: Ports, clients: int) -> str:
    """What to do about ports that other programs hold; empty when all are free."""
    held = [name for name, port in asdict(ports).items() if (clients or name != "clients") and is_taken(port)]
    return "\n".join(
        f"Порт {port} занят другой программой: остановите её или задайте другой, {name}=… make demo / "
        f"port {port} is taken by another program: stop it, or set another one, {name}=… make demo"
        for port, name in ((getattr(ports, name), f"DEMO_{name.upper()}_PORT") for name in held)
    )


def read_environment(state: Path, ports: Ports) -> dict[str, str]:
    """Settings of the demo; the keys are made once and kept, so that a restart forgets nothing."""
    kept = state / "demo.env"
    for folder in ("copies", "logs"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        keys = {
            "B24APP_SECRET_KEY": secrets.token_urlsafe(48),
            "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
            "B24APP_CLIENT_ID": f"local.{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}",
            "B24APP_CLIENT_SECRET": secrets.token_urlsafe(32),
        }
        kept.write_text("".join(f"{name}={value}\n" for name, value in keys.items()), encoding="utf-8")
        kept.chmod(0o600)
    keys = dict(line.split("=", 1) for line in kept.read_text(encoding="utf-8").splitlines())
    edition = os.environ.get("B24APP_EDITION", "local")
    operator = EXAMPLE_OPERATOR if edition == "market" else {}
    return operator | os.environ | keys | {
        "PYTHONPATH": str(ROOT),
        "MALLOC_ARENA_MAX": "2",
        "SANDBOX_CLIENT_ID": keys["B24APP_CLIENT_ID"],
        "SANDBOX_CLIENT_SECRET": keys["B24APP_CLIENT_SECRET"],
        "B24APP_PUBLIC_URL": f"http://127.0.0.1:{ports.app}",
        "B24APP_DATABASE_URL": f"sqlite:///{state / 'app.sqlite3'}",
        "B24APP_OAUTH_SERVERS": f"http://localhost:{ports.oauth},http://localhost:{ports.second_oauth}",
        "B24APP_ALLOW_LOCAL_PORTALS": "true",
        "B24APP_CLOCK_FILE": str(state / "clock"),
        "B24APP_SMTP_URL": f"smtp://127.0.0.1:{ports.mail}",
        "B24APP_LOG_JSON": "false",
        "B24APP_LOOK_OUTSIDE": "false",
        "B24APP_BACKUP_FOLDER": str(state / "copies"),
        "B24APP_EDITION": edition,
        "B24APP_WEB_WORKERS": os.environ.get("B24APP_WEB_WORKERS", "1"),  # one visitor; each takes seconds to start
        "B24APP_SERVER_TIMING": os.environ.get("B24APP_SERVER_TIMING", "true"),
    }  # fmt: skip


def list_commands(
    state: Path, ports: Ports, environment: dict[str, str], extra: list[str]
) -> dict[str, list[str]]:
    """The programs of the demo by name."""
    tools = Path(sys.executable).parent
    portal = [
        "-m", "sandbox", "--portal-host", "localhost", "--portal-port", str(ports.portal),
        "--oauth-port", str(ports.oauth), "--other-oauth-ports", str(ports.second_oauth),
        "--application-url", environment["B24APP_PUBLIC_URL"],
        "--clients-port", str(ports.clients), "--days-left", str(DAYS_LEFT),
        "--state", str(state / "portal.state"), "--clock-file", environment["B24APP_CLOCK_FILE"],
        "--scopes", ",".join(read_scopes(environment["B24APP_EDITION"])), *extra,
    ]  # fmt: skip
    return {
        "portal": [sys.executable, *portal],
        "mail": [sys.executable, str(ROOT / "tools" / "mailbox.py"), str(ports.mail), str(state / "mail")],
        "worker": [str(tools / "flask"), "--app", "app", "worker"],
        "app": [str(tools / "gunicorn"), "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{ports.app}", "app:app"],
    }


def read_scopes(edition: str) -> list[str]:
    """The codes of the scopes that the card of an edition asks for (manifest.json)."""
    scopes = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))["scopes"]
    return [one["code"] for one in scopes if edition in one["editions"]]


def say(russian: str, english: str) -> None:
    """One line with the seconds since `make demo` was typed."""
    print(f"[{time.time() - BEGAN:3.0f} s] {russian} / {english}", flush=True)


def start(name: str, command: list[str], environment: dict[str, str], state: Path) -> subprocess.Popen[bytes]:
    """Start a program; what it writes goes into a file of its own, letters are shown as they come."""
    if name == "mail":
        return subprocess.Popen(command, env=environment, cwd=ROOT)
    with (state / "logs" / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def prepare_database(environment: dict[str, str]) -> None:
    """Make the tables, or bring those of an earlier release up to this one; only what is wrong is shown."""
    flask = str(Path(sys.executable).parent / "flask")
    quiet = environment | {"B24APP_LOG_LEVEL": "warning"}
    subprocess.run([flask, "--app", "app", "db", "upgrade"], env=quiet, cwd=ROOT, check=True)


def wait_for(url: str, programs: dict[str, subprocess.Popen[bytes]], seconds: float = 180) -> None:
    """Return when the address answers; a word every ten seconds, and the end as soon as a program has ended."""
    until, word = time.monotonic() + seconds, time.monotonic() + 10
    while time.monotonic() < until and not find_ended(programs):
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own local address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
        if time.monotonic() > word:
            say("Ещё запускаем", "still starting")
            word += 10
    if find_ended(programs):
        raise ProgramEnded
    sys.exit(f"{url} did not answer within {seconds:.0f} seconds")


class ProgramEnded(Exception):
    """A program of the demo has ended by itself."""


def find_ended(programs: dict[str, subprocess.Popen[bytes]]) -> str:
    """The name of a program that has ended; empty while all run."""
    return next((name for name, program in programs.items() if program.poll() is not None), "")


def explain_end(name: str, state: Path) -> str:
    """What to show when a program has ended: the last lines that it wrote."""
    log = state / "logs" / f"{name}.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join([*lines[-LAST_LINES:], f"{name} has ended; all that it wrote: {log}"])


def stop(programs: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every program to end, and wait."""
    for program in programs.values():
        program.send_signal(signal.SIGTERM)
    for program in programs.values():
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()


def count_clients(arguments: list[str]) -> int:
    """How many clients of an integrator the demo shows: `--clients 30`, none without it."""
    return int(arguments[arguments.index("--clients") + 1]) if "--clients" in arguments else 0


def greet(ports: Ports, clients: int, state: Path) -> None:
    """Say where to go."""
    say("Готово", "ready")
    if clients:
        print(f"\n  Интегратор / integrator   http://localhost:{ports.clients}/  ({clients})")
    print(
        f"""
  История / story          http://localhost:{ports.portal}/scenario/  — начните отсюда / begin here
  Портал / portal          http://localhost:{ports.portal}/
  Приложение / application http://127.0.0.1:{ports.app}/
  Письма / mail            {state / "mail"}
  Журналы / logs           {state / "logs"}
"""
    )
    if not ctypes.util.find_library("pangoft2-1.0"):
        print(
            "  PDF: нет библиотеки Pango, остальное работает / no Pango, everything else works:\n"
            "  apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
        )
    print(
        f"  Ctrl+C — остановить / stop. Данные остаются в {state}, «make clean» забывает их / data stay.\n",
        flush=True,
    )


def run(
    state: Path, ports: Ports, environment: dict[str, str], programs: dict[str, subprocess.Popen[bytes]]
) -> None:
    """Start every program and wait until one of them ends; the portal draws its shop while the tables are made."""
    commands = list_commands(state, ports, environment, sys.argv[1:])
    for name in ("portal", "mail"):
        programs[name] = start(name, commands[name], environment, state)
    say("Портал рисует магазин, готовим базу", "the portal draws its shop, preparing the database")
    prepare_database(environment)
    say("Запускаем приложение и его работника", "starting the application and its worker")
    for name in ("app", "worker"):
        programs[name] = start(name, commands[name], environment, state)
    wait_for(f"http://localhost:{ports.portal}/", programs)
    wait_for(f"http://127.0.0.1:{ports.app}/health/live", programs)
    if clients := count_clients(sys.argv[1:]):
        say(f"Ставим приложение {clients} клиентам", f"installing at {clients} clients")
        set_up = [sys.executable, str(ROOT / "tools" / "demo_clients.py")]
        given = [environment["B24APP_CLIENT_ID"], str(ports.clients), str(clients)]
        subprocess.run([*set_up, *given], env=environment, cwd=ROOT, check=True)
    greet(ports, clients, state)
    while not find_ended(programs):
        time.sleep(0.5)
    raise ProgramEnded


def main() -> None:
    """Start everything, print the address, end with the first program that ends."""
    state = Path(os.environ.get("DEMO_STATE", ROOT / ".state"))
    ports = Ports()
    if taken := explain_taken(ports, count_clients(sys.argv[1:])):
        sys.exit(taken)
    environment = read_environment(state, ports)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    programs: dict[str, subprocess.Popen[bytes]] = {}
    try:
        run(state, ports, environment, programs)
    except ProgramEnded:
        sys.exit(explain_end(find_ended(programs), state))
    except KeyboardInterrupt:
        print("\nСтоп / stopped")
    finally:
        stop(programs)


if __name__ == "__main__":
    main()
