"""gunicorn: threads that wait for the database, behind a loop that waits for clients; the start is refused by name of a wrong setting."""

import gc
import multiprocessing
import sys
from typing import Any

from b24app.errors import SettingsWrong
from b24app.logs import MaskedRecords
from b24app.settings import read_settings

try:
    settings = read_settings()
except SettingsWrong as error:
    sys.exit(str(error))

worker_class = "b24app.web.request_worker.RequestWorker"
workers = settings.web_workers or min(4, multiprocessing.cpu_count() + 1)
threads = settings.web_threads
bind = f"0.0.0.0:{settings.port}"
timeout = 60
graceful_timeout = 30
keepalive = 75
max_requests = 2000
max_requests_jitter = 200
control_socket_disable = True  # it would need a home to write to, and nobody speaks to it
forwarded_allow_ips = settings.forwarded_allow_ips
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(L)s'  # no query: it may carry tokens
accesslog = "-" if settings.log_level == "debug" else None


def on_starting(server: Any) -> None:
    """Mask what gunicorn itself writes: paths carry tokens of links, and its errors quote requests."""
    for log in (server.log.error_log, server.log.access_log):
        log.addFilter(MaskedRecords())


def post_worker_init(_worker: Any) -> None:
    """Spare the collector what was loaded at the start: it stays as long as the process."""
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the metrics of a process that has ended."""
    if settings.prometheus_multiproc_dir is not None:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
