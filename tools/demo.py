"""The demo: a portal in a box, the application and its worker on this machine, until Ctrl+C."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Ports:
    """Where each part of the demo listens."""

    portal: int = int(os.environ.get("DEMO_PORTAL_PORT", "8000"))
    oauth: int = int(os.environ.get("DEMO_OAUTH_PORT", "8001"))
    second_oauth: int = int(os.environ.get("DEMO_SECOND_OAUTH_PORT", "8002"))
    app: int = int(os.environ.get("DEMO_APP_PORT", "8080"))
    mail: int = int(os.environ.get("DEMO_MAIL_PORT", "8025"))
    clients: int = int(os.environ.get("DEMO_CLIENTS_PORT", "8100"))


def read_environment(state: Path, ports: Ports) -> dict[str, str]:
    """Settings of the demo; the keys are made once and kept, so that a restart forgets nothing."""
    kept = state / "demo.env"
    (state / "copies").mkdir(parents=True, exist_ok=True)
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
        "--clients-port", str(ports.clients),
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


def wait_for(url: str, seconds: float = 180) -> None:
    """Return when the address answers; leave with a message when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own local address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"{url} did not answer within {seconds:.0f} seconds")


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


def greet(ports: Ports, clients: int) -> None:
    """Say where to go."""
    if clients:
        print(f"\n  Интегратор / integrator   http://localhost:{ports.clients}/  ({clients})")
    print(
        f"""
  Портал / portal          http://localhost:{ports.portal}/
  Сценарии / scenarios     http://localhost:{ports.portal}/scenario/
  Приложение / application http://127.0.0.1:{ports.app}/
  Письма / mail            .state/mail

  Откройте портал и установите приложение / open the portal and install the application.
  Ctrl+C — остановить / stop. Данные остаются в .state, «make clean» забывает их / data stay in .state.
""",
        flush=True,
    )


def main() -> None:
    """Start everything, print the address, end with the first program that ends."""
    state = Path(os.environ.get("DEMO_STATE", ROOT / ".state"))
    ports = Ports()
    environment = read_environment(state, ports)
    flask = str(Path(sys.executable).parent / "flask")
    subprocess.run([flask, "--app", "app", "db", "upgrade"], env=environment, cwd=ROOT, check=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    programs: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in list_commands(state, ports, environment, sys.argv[1:]).items():
            programs[name] = subprocess.Popen(command, env=environment, cwd=ROOT)
        print("Запускаем, это может занять минуту / starting, this may take a minute", flush=True)
        wait_for(f"http://localhost:{ports.portal}/")
        wait_for(f"http://127.0.0.1:{ports.app}/health/live")
        if clients := count_clients(sys.argv[1:]):
            print(f"Ставим приложение {clients} клиентам / installing at {clients} clients", flush=True)
            set_up = [sys.executable, str(ROOT / "tools" / "demo_clients.py")]
            given = [environment["B24APP_CLIENT_ID"], str(ports.clients), str(clients)]
            subprocess.run([*set_up, *given], env=environment, cwd=ROOT, check=True)
        greet(ports, clients)
        while all(program.poll() is None for program in programs.values()):
            time.sleep(0.5)
        ended = next(name for name, program in programs.items() if program.poll() is not None)
        sys.exit(f"{ended} has ended; see its messages above")
    except KeyboardInterrupt:
        print("\nСтоп / stopped")
    finally:
        stop(programs)


if __name__ == "__main__":
    main()
