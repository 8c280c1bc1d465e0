"""Measures the job queue beside real workers: `python -m bench.queue [--database URL]`.

Ten thousand nightly jobs wait; two workers do them; people press buttons meanwhile. Printed: how long asking takes,
how soon a press begins, jobs a second, and what an idle worker costs.
"""

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import delete

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.jobs.job import Job, Lane
from b24app.jobs.model import JobRow, WorkerRow
from b24app.jobs.queue import Queue
from b24app.jobs.worker import Worker
from b24app.settings import Settings
from tests.story import OPERATOR

WAITING, PRESSES, WORK_SECONDS = 10_000, 20, 0.1


def note_press(number: int) -> None:
    """Write down when the press of this number began."""
    (FOLDER / str(number)).write_text(repr(time.time()))


def sleep_a_while(_number: int) -> None:
    """A nightly job that asks a quick portal."""
    time.sleep(WORK_SECONDS)


JOBS = {
    job.name: job
    for job in (Job("press", note_press, lane=Lane.PEOPLE), Job("night", sleep_a_while, lane=Lane.NIGHTLY))
}
FOLDER = Path()


def open_app(database: str) -> Flask:
    """An application on this database, without a portal."""
    settings = Settings(
        _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id="bench", client_secret=SecretStr("bench"),
        secret_key=SecretStr("x" * 40), seal_keys=(SecretStr(Fernet.generate_key().decode()),),
        database_url=database, log_level="error",
    )  # fmt: skip
    return create_app(settings)


def work(database: str, folder: str, seconds: float) -> None:
    """One worker process, for so long; its CPU is written down at the end."""
    import threading

    global FOLDER  # noqa: PLW0603 - the folder of this process
    FOLDER = Path(folder)
    worker = Worker(open_app(database), JOBS, scheduled=False)
    threading.Timer(seconds, worker.stop).start()
    before = resource.getrusage(resource.RUSAGE_SELF)
    worker.run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    (FOLDER / f"cpu-{worker.owner.replace(':', '-')}").write_text(
        f"{used / seconds:.4f} {after.ru_maxrss // 1024}"
    )


def run_workers(database: str, folder: str, seconds: float, count: int) -> list[multiprocessing.Process]:
    """Start so many workers."""
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=work, args=(database, folder, seconds)) for _ in range(count)]
    for one in started:
        one.start()
    return started  # type: ignore[return-value]


def measure(database: str, folder: str) -> dict[str, str]:
    """Ask, press and count."""
    app = open_app(database)
    queue = Queue(JOBS)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.session.execute(delete(JobRow))
        db.session.execute(delete(WorkerRow))
        db.session.commit()
        began = time.perf_counter()
        for number in range(WAITING):
            queue.later("night", number)
        db.session.commit()
        asking = time.perf_counter() - began
        workers = run_workers(database, folder, 60, 2)
        time.sleep(15)
        first, at = queue.waiting(), time.perf_counter()
        waits = [press(queue, Path(folder), number) for number in range(PRESSES)]
        rate = (first - queue.waiting()) / (time.perf_counter() - at)
        for one in workers:
            one.join()
        db.session.execute(delete(JobRow))
        db.session.commit()
        busy = [path.read_text().split() for path in Path(folder).glob("cpu-*")]
        for path in Path(folder).glob("cpu-*"):
            path.unlink()
        for one in run_workers(database, folder, 30, 1):
            one.join()
        idle = next(Path(folder).glob("cpu-*")).read_text().split()
        Base.metadata.drop_all(db.engine) if database.startswith("postgresql") else None
    return {
        "10,000 jobs asked for in one transaction": f"{asking:.1f} s",
        "a press begins after (20 presses)": f"{min(waits):.2f}–{max(waits):.2f} s, median {statistics.median(waits):.2f} s",
        "nightly jobs of 0.1 s done a second, two workers of eight slots": f"{rate:.0f}",
        "CPU of a busy worker": ", ".join(f"{float(cpu):.0%}" for cpu, _ in busy),
        "CPU and memory of an idle worker": f"{float(idle[0]):.1%}, {idle[1]} MB",
    }


def press(queue: Queue, folder: Path, number: int) -> float:
    """How many seconds passed from the commit of a person's asking to the beginning of the work."""
    queue.later("press", number)
    db.session.commit()
    asked = time.time()
    path = folder / str(number)
    while not (path.exists() and path.read_text()):
        time.sleep(0.01)
    time.sleep(0.3)
    return float(path.read_text()) - asked


def main() -> None:
    """Print the figures of one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = wanted.database or f"sqlite:///{folder}/queue.sqlite3"
        for name, figure in measure(database, folder).items():
            print(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
