"""The connection to one portal: send a request, read what came, and decide what to do about a refusal."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import requests

from b24app.bitrix24.call_log import (
    MOST_ERROR,
    CallEntry,
    CallLog,
    CallNotes,
    MaskedNotes,
    codes_inside,
    methods_inside,
)
from b24app.bitrix24.oauth import Tokens, TokenSource
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import OWN_LIMIT, Operating, RateLimit
from b24app.bitrix24.responses import Body, Command, read_body
from b24app.bitrix24.retries import MOST_FAULTS, Repeats, certainly_unsaved
from b24app.bitrix24.transport import INSIDE, NO_REPLY, Limits, Reply, demand_time, post
from b24app.deadline import within
from b24app.errors import (
    AddressChanged,
    ClientUnknown,
    LimitReached,
    OperationLimited,
    PortalError,
    TokenExpired,
    TokenRejected,
    UnknownRefusal,
    Unreachable,
    VendorFault,
    WriteUncertain,
)
from b24app.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request with what came of it; `tokens` are those it carried."""

    method: str
    params: JsonObject
    tokens: Tokens | None
    reply: Reply
    at: float
    seconds: float


class Admission(Protocol):
    """Whether a portal may be asked now: one that did not answer lately is left alone for a while."""

    def admit(self) -> float:
        """The seconds that the next request may take; raises PortalRests when none may be sent."""
        ...


class OpenAdmission:
    """Every request may go, for as long as it takes: scripts and tests."""

    def admit(self) -> float:
        """No bound."""
        return inf


@dataclass(slots=True)
class Connection:
    """Everything that calls to one portal share. Without `tokens` the address is that of an incoming webhook."""

    address: Address
    tokens: TokenSource | None
    open_session: Callable[[], requests.Session]
    rate_limit: RateLimit
    log: CallLog | None = None
    limits: Limits = field(default_factory=Limits)
    gate: Admission = field(default_factory=OpenAdmission)
    faults: int = MOST_FAULTS
    notes: CallNotes = field(default_factory=MaskedNotes)
    requests_sent: int = field(init=False, default=0)
    seconds: float = field(init=False, default=0.0)
    """Seconds that the last answer took, without waiting for a turn."""
    operating: Operating = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _idle: list[requests.Session] = field(init=False, default_factory=list)
    _pair: Tokens | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.operating = Operating(self.rate_limit)

    def ask(self, method: str, params: JsonObject, *, write: bool) -> Body:
        """Send until there is an answer or a reason to stop; raises the PortalError family."""
        repeats = self.repeats()
        while True:
            pair = self.pair()
            try:
                self.operating.wait_turn(method)
                return self.read(self.fetch(method, params, pair))
            except PortalError as error:
                if (
                    write
                    and isinstance(error, VendorFault | Unreachable | LimitReached)
                    and not certainly_unsaved(error)
                ):
                    raise WriteUncertain(error.code, f"{method}: {error}", http=error.http) from error
                self.recover(error, method, pair, repeats)

    def repeats(self) -> Repeats:
        """A fresh count of attempts."""
        return Repeats(self.rate_limit.pace, self.rate_limit.patience, self.faults)

    def pair(self) -> Tokens | None:
        """The tokens to send; None for a webhook."""
        if self.tokens is not None and self._pair is None:
            self._pair = self.tokens.current()
        return self._pair

    def fetch(
        self, method: str, params: JsonObject, pair: Tokens | None, *, pack: bool = False
    ) -> SentRequest:
        """Take a turn and send one request; may run in several threads at once."""
        allowed = self.gate.admit()
        body = json.dumps({**params, "auth": pair.access} if pair else params).encode()
        self.rate_limit.wait_turn()
        demand_time()
        session = self._session()
        pace = self.rate_limit.pace
        at, began = pace.now(), pace.steady()
        try:
            with within(allowed, pace.steady):
                reply = post(session, f"{self.address.current()}{method}", body, self.limits, pack=pack)
        except PortalError as error:
            self._note(SentRequest(method, params, pair, NO_REPLY, at, pace.steady() - began), error)
            raise
        finally:
            self._idle.append(session)
        return SentRequest(method, params, pair, reply, at, pace.steady() - began)

    def read(self, sent: SentRequest) -> Body:
        """Open the envelope of a reply and write the call down."""
        self.seconds = sent.seconds
        try:
            if 300 <= sent.reply.http < 400:
                raise AddressChanged(sent.reply.location)
            raw = sent.reply.take()
            body = read_body(raw, sent.reply.http)
        except PortalError as error:
            self._note(sent, error)
            raise
        self._note(sent, body=body, raw=raw)
        return body

    def recover(self, error: PortalError, method: str, used: Tokens | None, repeats: Repeats) -> None:
        """Do what the error asks for and return, so that the call can be repeated; otherwise raise it."""
        match error:
            case TokenExpired() if used is not None and self.tokens is not None:
                repeats.once(
                    "token", TokenRejected(error.code, "the renewed token is expired too", http=error.http)
                )
                self._pair = self.tokens.refresh_after(used)
            case TokenRejected() if used and self.tokens and not isinstance(error, ClientUnknown):
                other = self.tokens.instead_of(used)
                if other is None:
                    raise error
                self._pair = other
            case AddressChanged() if error.http == 302:
                repeats.once("address", error)
                self.address.follow(error.location)
            case LimitReached():
                self.obey(error, method)
                repeats.again(error)
            case VendorFault() | Unreachable():
                repeats.again(error)
            case _:
                raise error

    def obey(self, limit: LimitReached, method: str) -> None:
        """Apply a refusal of the portal to all who share the rate limit; our own refusal does not change it."""
        if isinstance(limit, OperationLimited):
            self.operating.stop(method, limit)
        elif limit.code != OWN_LIMIT:
            self.rate_limit.overrun()

    def note_unknown(self, command: Command, error: UnknownRefusal) -> None:
        """Write a refusal inside a batch down by itself: codes that are in no table are counted by the log."""
        at = self.rate_limit.pace.now()
        self._note(SentRequest(command.method, command.params, None, INSIDE, at, 0.0), error)

    def close(self) -> None:
        """Close the connections that were kept alive."""
        while self._idle:
            self._idle.pop().close()

    def _session(self) -> requests.Session:
        with self._lock:
            self.requests_sent += 1
            return self._idle.pop() if self._idle else self.open_session()

    def _note(
        self,
        sent: SentRequest,
        error: PortalError | None = None,
        *,
        body: Body | None = None,
        raw: bytes = b"",
    ) -> None:
        if self.log is None:
            return
        refused = {"error": error.code, "error_description": error.description} if error else {}
        answered = refused if body is None else body
        self.log.record(
            CallEntry(
                at=sent.at,
                method=sent.method,
                seconds=sent.seconds,
                http=sent.reply.http,
                error=f"{error.kind} {error.code}".strip()[:MOST_ERROR] if error else "",
                size=sent.reply.size,
                request=self.notes.of_request(sent.method, sent.params),
                answer=self.notes.of_answer(sent.method, sent.params, answered, raw),
                commands=methods_inside(sent.method, sent.params),
                refused=codes_inside(sent.method, answered),
            ),
            error,
        )
