"""Workers of the chaos bench, forked from one process that has loaded the application, so that a new one is there at once.

Each is what `flask worker` runs, with a shorter lease; the begin and the end of each job are noted in CHAOS_NOTES. A line
on the standard input starts one and is answered by its number; the end of the input ends them all.
"""

import functools
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from flask import Flask

from b24app.factory import create_app
from b24app.jobs.job import Job
from b24app.jobs.queue import Queue, key_of
from b24app.jobs.worker import Worker, WorkerTimes
from b24app.services import JobArgument

RHYTHM = WorkerTimes(poll=0.2, beat=1, lease=6, tick=2, patience=5)


def main() -> None:
    """Load once, then fork a worker for each line."""
    app = create_app()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    started: list[int] = []
    try:
        while sys.stdin.readline():
            child = os.fork()
            if not child:
                work(app)
            started.append(child)
            print(child, flush=True)
    finally:
        for child in started:
            kill(child)


def kill(number: int) -> None:
    """End a worker that may have ended."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def work(app: Flask) -> None:
    """Be a worker until SIGTERM."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(os.environ["CHAOS_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    jobs = cast("Queue", app.extensions["services"].queue).jobs
    notes = Notes()
    one = Worker(app, notes.beside_all(jobs), rhythm=RHYTHM)
    signal.signal(signal.SIGTERM, lambda *_: one.stop())
    try:
        one.run()
    finally:
        notes.write("gone", "")
        os._exit(0)


class Notes:
    """A file in which workers write down when each job begins and ends."""

    def __init__(self) -> None:
        self.file = os.open(os.environ["CHAOS_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, what: str, key: str) -> None:
        """One line, at once."""
        who = {"pid": os.getpid(), "thread": threading.get_ident()}
        line = {"what": what, "key": key, **who, "at": time.monotonic()}
        os.write(self.file, json.dumps(line).encode() + b"\n")

    def beside_all(self, jobs: Mapping[str, Job]) -> Mapping[str, Job]:
        """The same jobs, whose begin and end are noted."""
        return {name: replace(job, work=self.beside(name, job.work)) for name, job in jobs.items()}

    def beside(self, name: str, work: Callable[..., object]) -> Callable[..., object]:
        """One job's work with its notes."""

        @functools.wraps(work)
        def noting(*ids: JobArgument) -> object:
            key, ended = key_of(name, ids), "failed"
            self.write("begun", key)
            try:
                found = work(*ids)
                ended = "done"
                return found
            finally:
                self.write(ended, key)

        return noting


if __name__ == "__main__":
    main()
