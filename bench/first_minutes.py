"""How long a stranger waits: `git clone` into an empty folder, `make demo`, until it prints where to go; caches of packages off.

`python -m bench.first_minutes [TIMES]`. Wall seconds depend on what else the machine does; seconds of the processors do not. What is
fetched comes from whatever index this machine has, so the time of a slow line is not in it.
"""

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = ("PORTAL_PORT", "OAUTH_PORT", "SECOND_OAUTH_PORT", "APP_PORT", "MAIL_PORT", "CLIENTS_PORT")
READY = "Ctrl+C"
KEPT_OUT = (
    "PYTHONPATH",
    "PYTHONPYCACHEPREFIX",
    "PYTHONDONTWRITEBYTECODE",
    "DEMO_STATE",
    "DEMO_BEGAN",
    "VIRTUAL_ENV",
)


def main(times: int = 3) -> None:
    """Print every run with its lines."""
    for number in range(1, times + 1):
        before = processor_seconds()
        wall = run_once()
        load = os.getloadavg()[0]
        spent = processor_seconds() - before
        print(f"run {number}: {wall:.1f} s, {spent:.1f} s of processors, load {load:.1f}\n", flush=True)


def run_once() -> float:
    """Clone, make, wait for the addresses, stop; answers the seconds until they were printed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        began = time.monotonic()
        subprocess.run(["git", "clone", "-q", ROOT, f"{folder}/clone"], check=True)
        demo = subprocess.Popen(
            ["make", "demo"], cwd=f"{folder}/clone", env=bare_environment(), stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert demo.stdout is not None
        for line in demo.stdout:
            print(" ", line.rstrip(), flush=True)
            if READY in line:
                break
        wall = time.monotonic() - began
        os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(60)
        return wall


def bare_environment() -> dict[str, str]:
    """No caches, no environment of ours, free ports."""
    kept = {name: value for name, value in os.environ.items() if name not in KEPT_OUT}
    own = str(Path(sys.executable).parent)
    places = [one for one in kept["PATH"].split(os.pathsep) if ".venv" not in one and one != own]
    ports = {f"DEMO_{name}": str(free_port()) for name in PORTS}
    python = shutil.which("python3", path=os.pathsep.join(places)) or "python3"
    caches = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    return kept | ports | caches | {"PATH": os.pathsep.join(places), "PY": python}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def processor_seconds() -> float:
    """Seconds of all processors that children took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
