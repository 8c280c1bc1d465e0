"""The wire beside its peers: `python -m bench.wire [--quick]` prints the tables of docs/benchmarks.md.

Every reading runs in a process of its own against a sandbox in another one, over sockets. b24pysdk speaks https only,
so it gets a sandbox with the same rows and a certificate; the others speak http.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.failures import export_by_eight, failure_table, refresh_by_32

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ("loop", "ours", "b24pysdk call_list", "b24pysdk call_list_fast", "fast_bitrix24")
OWN = {"ours", "loop"}
PLAIN, SECURE = 18600, 18610
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}  # as in the Procfile, for every client alike
ORDINARY, BIG_BUCKET = "ru_std", "ru_ent"
SLOW = ("--latency-ms", "60", "--per-command-ms", "30")


@dataclass
class Bench:
    """Two sandboxes with the same rows, one of them over https."""

    plain: subprocess.Popen[str]
    secure: subprocess.Popen[str]
    bases: dict[str, str]
    authority: str
    plan: str

    def order(self, name: str, *words: Any) -> Any:
        """Tell the sandbox of a client what to do."""
        process = self.secure if self.encrypted(name) else self.plain
        return tell(process, *words)

    def read(self, name: str, *options: str) -> dict[str, Any]:
        """Run one reader and return its cost with what the sandbox counted."""
        cost = run_reader(name, self.base(name), self.plan, *options, authority=self.authority)
        return cost | self.order(name, "report")

    def base(self, name: str) -> str:
        """The webhook that a client reads through."""
        return self.bases["secure" if self.encrypted(name) else "plain"]

    @staticmethod
    def encrypted(name: str) -> bool:
        """Say whether a client speaks https only."""
        return name.startswith("b24pysdk")


def tell(process: subprocess.Popen[str], *words: Any) -> Any:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(words) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def run_reader(name: str, base: str, plan: str, *options: str, authority: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.readers", name, base, plan, *options],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, "REQUESTS_CA_BUNDLE": authority},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if not done.stdout.strip():
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


@contextmanager
def sandboxes(rows: int, *slow: str, plan: str = ORDINARY) -> Iterator[Bench]:
    """Start both sandboxes and stop them; the plan decides how many requests they let through."""
    with tempfile.TemporaryDirectory() as folder:
        authority = str(Path(folder) / "authority.pem")
        slow = (*slow, "--plan", plan)
        plain, first = start(PLAIN, rows, *slow)
        secure, second = start(SECURE, rows, "--tls", "--ca-file", authority, *slow)
        try:
            yield Bench(
                plain, secure, {"plain": first["webhook"], "secure": second["webhook"]}, authority, plan
            )
        finally:
            for process in (plain, secure):
                assert process.stdin
                process.stdin.close()
                process.wait(timeout=30)


def start(port: int, rows: int, *options: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
    words = ["--portal-host", "127.0.0.1", "--portal-port", str(port), "--oauth-port", str(port + 1)]
    card = ["--client-id", "local.bench", "--client-secret", "bench-secret", "--rows", str(rows)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.portal", *words, *card, *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def reading_table(
    rows: int, times: int, clients: Sequence[str], *slow: str, plan: str = ORDINARY
) -> list[str]:
    """Medians of reading every row with each client, in turns, so that noise meets all of them."""
    costs: dict[str, list[dict[str, Any]]] = {name: [] for name in clients}
    with sandboxes(rows, *slow, plan=plan) as bench:
        kept = len(bench.order("ours", "ids"))
        for name in (*clients,) * times:
            bench.order(name, "reset")
            costs[name].append(bench.read(name))
    return [
        "| client | rows | HTTP | 503 | wall s | first row s | CPU s | memory MB | in order |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
        *(line(name, costs[name], kept) for name in clients),
        *ratios(costs, kept),
    ]


def line(name: str, costs: list[dict[str, Any]], kept: int) -> str:
    def middle(key: str) -> float:
        return statistics.median(cost[key] for cost in costs)

    failure = next((cost["failure"] for cost in costs if cost["failure"]), "")
    ordered = failure or ("yes" if all(cost["ordered"] for cost in costs) else "no")
    whole = f"{middle('rows'):.0f}" + ("" if middle("rows") == kept else f" of {kept}")
    figures = f"{middle('wall'):.2f} | {middle('first'):.3f} | {middle('cpu'):.2f} | {middle('memory'):.0f}"
    return f"| {name} | {whole} | {middle('http'):.0f} | {middle('refused'):.0f} | {figures} | {ordered} |"


def ratios(costs: dict[str, list[dict[str, Any]]], kept: int) -> list[str]:
    """Our wall time beside the fastest peer that returns every row, and our CPU beside the bare loop."""
    walls = {name: statistics.median(cost["wall"] for cost in found) for name, found in costs.items()}
    whole = [name for name in costs if name not in OWN and all(cost["rows"] == kept for cost in costs[name])]
    if not whole or "ours" not in costs:
        return []
    fastest = min(whole, key=walls.__getitem__)
    wall = f"Wall time: {walls['ours'] / walls[fastest]:.2f} of the fastest whole peer ({fastest})."
    if "loop" not in costs:
        return ["", wall]
    cpu = {name: statistics.median(cost["cpu"] for cost in costs[name]) for name in ("ours", "loop")}
    each = f"CPU per 1,000 rows: {cpu['ours'] / kept * 1e6:.1f} ms, {cpu['ours'] / cpu['loop']:.2f} of the bare loop."
    return ["", f"{wall} {each}"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.wire", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 rows once, no 200,000")
    parser.add_argument("--times", type=int, default=5, help="readings per cell (%(default)s)")
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="only these parts")
    parser.add_argument("--client", choices=CLIENTS, action="append", help="only these clients")
    options = parser.parse_args()
    for name in options.only or PARTS:
        title, table = PARTS[name]
        print(f"\n### {title}\n")
        print(
            "\n".join(table(1 if options.quick else options.times, tuple(options.client or CLIENTS))),
            flush=True,
        )


def failures(_times: int, _clients: Sequence[str]) -> list[str]:
    with sandboxes(20_000) as bench:
        return failure_table(bench)


def processes(_times: int, _clients: Sequence[str]) -> list[str]:
    with sandboxes(20_000) as bench:
        return export_by_eight(bench, run_reader)


def refreshes(_times: int, _clients: Sequence[str]) -> list[str]:
    with sandboxes(0) as bench:
        return refresh_by_32(bench)


PARTS: dict[str, tuple[str, Callable[[int, Sequence[str]], list[str]]]] = {
    "20k": ("20,000 rows, no latency", lambda times, clients: reading_table(20_000, times, clients)),
    "20k-slow": (
        "20,000 rows, 60 ms a request and 30 ms a command",
        lambda times, clients: reading_table(20_000, times, clients, *SLOW),
    ),
    "200k": (
        "200,000 rows, no latency, the bucket of Enterprise (250 at 5/s)",
        lambda times, clients: reading_table(200_000, times, clients, plan=BIG_BUCKET),
    ),
    "200k-bucket": (
        "200,000 rows, no latency, the bucket of other plans (50 at 2/s)",
        lambda times, clients: reading_table(200_000, times, clients),
    ),
    "200k-slow": (
        "200,000 rows, 60 ms a request and 30 ms a command",
        lambda times, clients: reading_table(200_000, times, clients, *SLOW),
    ),
    "failures": ("Failures, 20,000 rows", failures),
    "processes": ("Eight processes export one portal", processes),
    "refresh": ("32 threads in 4 processes with one expired token", refreshes),
}

if __name__ == "__main__":
    main()
