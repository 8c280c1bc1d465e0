"""A client that sends half a request, or never reads its answer, holds no thread, however many there are."""

import contextlib
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.operations.containers import ROOT
from tests.story import OPERATOR_ENVIRONMENT

pytestmark = pytest.mark.enable_socket
CROWD = 200
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-w", "1", "--threads", "2"]


@dataclass
class Server:
    """A running gunicorn, and the connections that a test left open."""

    port: int
    process: subprocess.Popen[bytes]
    left: list[socket.socket] = field(default_factory=list)

    def connect(self, sent: bytes = b"", *, room: int | None = None) -> socket.socket:
        line = socket.socket()
        self.left.append(line)
        if room:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.settimeout(10)
        line.connect(("127.0.0.1", self.port))
        line.sendall(sent)
        return line

    def get(self, path: str) -> tuple[int, float]:
        """Status and seconds of one request."""
        began = time.monotonic()
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(asked):
            asked.request("GET", path)
            answer = asked.getresponse()
            answer.read()
        return answer.status, time.monotonic() - began

    def ask(self, *sent: bytes, pause: float = 0.02) -> list[bytes]:
        """Send the parts one after another; the bodies of the answers, until the server or silence ends them."""
        line = self.connect()
        for part in sent:
            line.sendall(part)
            time.sleep(pause)
        return [body for _, body in read_answers(line)]


def read_answers(line: socket.socket, seconds: float = 2) -> list[tuple[int, bytes]]:
    line.settimeout(seconds)
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while piece := line.recv(65536):
            got += piece
    answers = []
    while got:
        head, _, got = got.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        lengths = [int(row[15:]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")]
        length = lengths[0] if lengths else 0
        answers.append((status, got[:length]))
        got = got[length:]
    return answers


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, application: str, *options: str) -> Iterator[Server]:
    """gunicorn as `Procfile` starts it, with one process and two threads."""
    port = free_port()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "B24APP_PUBLIC_URL": "https://renewal.example",
        "B24APP_CLIENT_ID": "local.1",
        "B24APP_CLIENT_SECRET": "s",
        "B24APP_SECRET_KEY": "k" * 32,
        "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
        "B24APP_DATABASE_URL": f"sqlite:///{folder}/app.sqlite3",
        "B24APP_LOG_LEVEL": "error",
        **OPERATOR_ENVIRONMENT,
    }
    command = [*GUNICORN, *options, "-b", f"127.0.0.1:{port}", application]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    server = Server(port, process)
    try:
        wait_until_it_answers(server, folder / "log")
        yield server
    finally:
        for line in server.left:
            line.close()
        process.terminate()
        process.wait(20)


def wait_until_it_answers(server: Server, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.process.poll() is None:
        with contextlib.suppress(OSError):
            if server.get("/health/live")[0] == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"gunicorn did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our worker before an application that says what came to it."""
    with serving(tmp_path_factory.mktemp("echo"), "tests.web.echo:app") as server:
        yield server


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("application"), "app:app") as server:
        yield server


@pytest.fixture(autouse=True)
def _hang_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test left open is no burden for the next."""
    yield
    for name in {"echo", "application", "hasty"} & set(request.fixturenames):
        server = request.getfixturevalue(name)
        while server.left:
            server.left.pop().close()


def script() -> str:
    """A file that every page loads, large enough to fill what a client does not read."""
    largest = max((ROOT / "static").rglob("*.js"), key=lambda path: path.stat().st_size)
    return f"/{largest.relative_to(ROOT)}"


HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: renewal.example\r\nX-Half: "
HALF_A_BODY = b"POST /app HTTP/1.1\r\nHost: renewal.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\nmember_id="
NEVER_READ = (
    f"GET {script()} HTTP/1.1\r\nHost: renewal.example\r\n\r\n".encode() * 150
)  # more than the kernel keeps for a reader


@pytest.mark.parametrize(
    ("sent", "room"),
    [(b"", None), (HALF_A_HEAD, None), (HALF_A_BODY, None), (NEVER_READ, 4096)],
    ids=["says nothing", "half a head", "half a body", "never reads its answers"],
)
def test_two_hundred_clients_that_do_not_finish_keep_nobody_waiting(
    application: Server, sent: bytes, room: int | None
):
    for _ in range(CROWD):
        application.connect(sent, room=room)
    until = time.monotonic() + 30  # what was asked at once is answered first
    for path in ("/health/live", "/", "/help"):
        status, seconds = application.get(path)
        while seconds >= 0.5 and time.monotonic() < until:
            status, seconds = application.get(path)
        assert (status, seconds < 0.5) == (200, True), (path, seconds)


def test_a_body_arrives_whole_however_it_is_cut(echo: Server):
    body = os.urandom(200_000)
    said = [f"POST 200000 {hashlib.sha256(body).hexdigest()}".encode()]
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    counted = head + b"Content-Length: 200000\r\n\r\n" + body
    chunks = b"".join(
        b"%x;a=b\r\n%b\r\n" % (len(body[at : at + 777]), body[at : at + 777]) for at in range(0, 200_000, 777)
    )
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"
    for request in (counted, chunked):
        assert echo.ask(request) == said
        assert echo.ask(request[:30], request[30:31], request[31:300], request[300:]) == said
        assert echo.ask(*(request[at : at + 50_001] for at in range(0, len(request), 50_001))) == said


def test_requests_sent_at_once_are_answered_in_turn(echo: Server):
    first = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    second = b"POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n"
    last = b"GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert [body[:6] for body in echo.ask(first + second + last)] == [b"POST 3", b"POST 2", b"GET 0 "]


def test_a_body_that_nobody_reads_is_not_taken_for_the_next_request(echo: Server):
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    first = b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(hidden), hidden)
    last = b"GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert len(echo.ask(first + last)) == 2


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Length: 50",
        b"Content-Length: +5",
        b"Transfer-Encoding: chunked, gzip",
        b"Transfer-Encoding: xchunked",
        b"Content-Length: 0\r\n Content-Length: 40",
    ],
)
def test_two_ends_of_one_body_end_the_connection(echo: Server, lengths: bytes):
    """Whatever our loop took for the end: what gunicorn would read otherwise is never another request."""
    hidden = b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    line = echo.connect(b"POST /a HTTP/1.1\r\nHost: x\r\n" + lengths + b"\r\n\r\n" + hidden)
    answers = read_answers(line)
    assert len(answers) <= 1
    assert all(status >= 400 for status, _ in answers)


def test_a_sender_that_asks_first_is_told_to_continue_once(echo: Server):
    line = echo.connect(
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    )
    assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(b"body")
    assert [status for status, _ in read_answers(line)] == [200]


def test_a_body_that_is_too_large_is_refused_by_its_head(application: Server):
    line = application.connect(
        b"POST /app HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 900000000\r\n\r\n" + b"x" * 100_000
    )
    assert [status for status, _ in read_answers(line, 5)] == [413]


def test_a_long_answer_arrives_whole_at_a_slow_reader(echo: Server):
    line = echo.connect(b"GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", room=65536)
    time.sleep(0.5)
    assert [len(body) for _, body in read_answers(line)] == [65536 * 200]


def test_a_thread_is_free_while_its_answer_is_still_being_read(echo: Server):
    for _ in range(20):
        echo.connect(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n", room=4096)
    time.sleep(0.5)
    assert echo.get("/")[1] < 0.5


def test_a_connection_serves_many_requests(echo: Server):
    line = http.client.HTTPConnection("127.0.0.1", echo.port, timeout=5)
    with contextlib.closing(line):
        for number in range(20):
            line.request("POST", "/", body=b"y" * number)
            assert line.getresponse().read().startswith(b"POST %d " % number)


def test_a_stop_waits_for_answers_and_not_for_clients_that_never_finish(tmp_path: Path):
    with serving(tmp_path, "tests.web.echo:app") as server:
        for _ in range(20):
            server.connect(HALF_A_HEAD)
        asked = server.connect(b"GET /slow?1.5 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert [status for status, _ in read_answers(asked, 10)] == [200]
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 20  # half of the time that a stop may take


def test_a_full_house_lets_go_of_whom_it_has_waited_for_longest(tmp_path: Path):
    with serving(tmp_path, "tests.web.echo:app", "--worker-connections", "50") as server:
        for _ in range(120):
            server.connect(HALF_A_HEAD)
        time.sleep(0.5)
        assert server.get("/")[1] < 0.5
        line = server.left[0]
        assert line.recv(1) == b""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hasty")
    with serving(folder, "tests.web.echo:app", "-k", "tests.web.echo.HastyWorker") as server:
        yield server


def read_to_its_end(line: socket.socket) -> None:
    while line.recv(65536):
        pass


def ends_after(line: socket.socket, seconds: float, drip: bytes = b"") -> float:
    """Seconds until the server ends the connection, while a byte drips into it now and then."""
    began = time.monotonic()
    line.settimeout(0.2)
    while time.monotonic() < began + seconds:
        try:
            line.sendall(drip)
            if not line.recv(65536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize(
    "sent", [b"", HALF_A_HEAD, HALF_A_BODY], ids=["nothing", "half a head", "half a body"]
)
def test_whoever_falls_silent_is_let_go(hasty: Server, sent: bytes):
    assert 0.5 < ends_after(hasty.connect(sent), 6) < 4


@pytest.mark.parametrize("sent", [HALF_A_HEAD, HALF_A_BODY], ids=["half a head", "half a body"])
def test_whoever_drips_has_an_end_too(hasty: Server, sent: bytes):
    assert 1.5 < ends_after(hasty.connect(sent), 8, drip=b"x") < 5


def test_whoever_does_not_read_is_let_go_and_what_was_kept_is_forgotten(hasty: Server):
    line = hasty.connect(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n", room=4096)
    time.sleep(3)
    with pytest.raises(ConnectionResetError):
        read_to_its_end(line)


def test_the_largest_is_let_go_when_too_much_is_kept(hasty: Server):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
    small, large = hasty.connect(head + b"x" * 100_000), hasty.connect(head + b"x" * 1_500_000)
    assert ends_after(large, 5, drip=b"x") < 1.8 < ends_after(small, 5, drip=b"x")
