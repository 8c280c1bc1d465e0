"""Files for a machine without containers agree with the Procfile, the containers and each other; units stand up to systemd's own look."""

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from b24app.manifest import ROOT

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
PROGRAMS = "/opt/renewal/current/.venv/bin/"


class Many(dict[str, str]):
    """Keys of a unit may come again; their values are read as lines."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and key in self:
            self[key].extend(value)  # type: ignore[attr-defined]
        else:
            super().__setitem__(key, value)  # type: ignore[assignment]


def read_unit(name: str) -> RawConfigParser:
    unit = RawConfigParser(strict=False, dict_type=Many)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy/systemd" / name)
    return unit


def procfile() -> dict[str, list[str]]:
    lines = [line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines() if line]
    return {name: [word for word in shlex.split(command) if "=" not in word] for name, _, command in lines}


@pytest.mark.parametrize("part", ["web", "worker"])
def test_the_units_run_what_the_procfile_says(part: str):
    command = read_unit(f"renewal-{part}.service")["Service"]["ExecStart"].splitlines()[0]
    assert shlex.split(command.removeprefix(PROGRAMS)) == procfile()[part]


@pytest.mark.parametrize("part", ["web", "worker"])
def test_the_units_are_hardened_and_wait_for_what_has_begun(part: str):
    unit = read_unit(f"renewal-{part}.service")["Service"]
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelModules"):
        assert unit[name].splitlines()[0] == "yes"
    assert unit["ProtectSystem"] == "strict"
    assert unit["CapabilityBoundingSet"] == ""
    compose = (ROOT / "compose.yaml").read_text()
    grace = re.search(rf"(?ms)^  {part}:.*?stop_grace_period: (\d+)s", compose)
    assert grace is not None
    assert unit["TimeoutStopSec"] == grace[1]


def test_only_the_proxy_of_the_machine_reaches_the_web_part():
    lines = read_unit("renewal-web.service")["Service"]["Environment"].splitlines()
    assert '"GUNICORN_CMD_ARGS=--bind 127.0.0.1:8080"' in lines
    assert "proxy_pass http://127.0.0.1:8080;" in (ROOT / "deploy/nginx-site.conf").read_text()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd's own tool")
@pytest.mark.servers
def test_systemd_finds_no_fault(path: Path, tmp_path: Path):
    for one in UNITS:
        text = re.sub(rf"{PROGRAMS}\w+", "/bin/true", one.read_text())
        (tmp_path / one.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or path.name in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("path", [one for one in UNITS if one.suffix == ".timer"], ids=lambda path: path.name)
def test_each_timer_begins_a_unit_that_is_there(path: Path):
    assert path.with_suffix(".service") in UNITS


@pytest.mark.parametrize(
    "line",
    [
        "client_max_body_size", "client_header_timeout", "client_body_timeout", "send_timeout", "proxy_read_timeout", "proxy_connect_timeout",
        "proxy_request_buffering", "proxy_next_upstream", "ssl_protocols", "ssl_session_tickets", "proxy_set_header X-Forwarded-For",
        "proxy_set_header X-Forwarded-Proto", "proxy_set_header X-Forwarded-Host", "proxy_set_header Forwarded", "proxy_set_header Host",
    ],
)  # fmt: skip
def test_both_proxies_keep_the_same_rules(line: str):
    rules = [
        re.findall(rf"(?m)^ *{line} +([^;]*);", (ROOT / "deploy" / name).read_text())
        for name in ("nginx.conf", "nginx-site.conf")
    ]
    assert rules[0]
    assert rules[0] == rules[1]


def test_no_log_of_the_proxy_holds_a_path_or_a_query():
    text = (ROOT / "deploy/nginx-site.conf").read_text()
    assert not re.search(r"log_format[^;]*\$(request|request_uri|uri|args|http_referer)\b", text)
    assert re.search(r"error_log \S+ alert;", text)
