"""How long a page waits beside 200 clients that do not finish: gunicorn's own worker with threads, and ours.

`python -m bench.slow_clients`; one process with two threads, real sockets; a page is given up after twenty seconds.
"""

import statistics
import tempfile
import time
from pathlib import Path

from tests.web.test_slow_clients import CROWD, HALF_A_BODY, HALF_A_HEAD, NEVER_READ, Server, serving

WORKERS = ("gthread", "b24app.web.request_worker.RequestWorker")
CROWDS = {
    "nobody": None,
    "say nothing": b"",
    "half a head": HALF_A_HEAD,
    "half a body": HALF_A_BODY,
    "never read their answers": NEVER_READ,
}
PATHS = ("/health/live", "/help")
TIMES = 9
SETTLE = 10.0  # what the crowd has asked for is answered first


def seconds_of(server: Server, path: str) -> str:
    """The median and the slowest of several, or that none came."""
    times = []
    for _ in range(TIMES):
        try:
            times.append(server.get(path)[1])
        except OSError:
            return "no answer in 20 s"
    return f"{statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f}"


def measure(worker: str, sent: bytes | None) -> list[str]:
    """What each page takes beside this crowd."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "app:app", "-k", worker) as server:
        for _ in range(0 if sent is None else CROWD):
            server.connect(sent or b"", room=4096)
        time.sleep(SETTLE)
        return [seconds_of(server, path) for path in PATHS]


def main() -> None:
    """Print the table."""
    print(f"| {CROWD} clients | worker | {' | '.join(PATHS)} |\n|---|---|{'---|' * len(PATHS)}")
    for name, sent in CROWDS.items():
        for worker in WORKERS:
            print(
                f"| {name} | {worker.rpartition('.')[2]} | {' | '.join(measure(worker, sent))} |", flush=True
            )


if __name__ == "__main__":
    main()
