"""States of the pipeline, of its deals and proposals, how a company was found, and what may be wrong. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

SETTLES = timedelta(seconds=62)
"""No request runs longer than a minute inside a portal (limits.md): after it a write whose answer was lost has happened or never will."""


class PipelineState(StrEnum):
    """The state of the pipeline; the value is stored."""

    WAITING = "waiting"
    WORKING = "working"
    FAILED = "failed"
    GONE = "gone"


class DealState(StrEnum):
    """What became of a deal; the value is stored."""

    WAITING = "waiting"
    OPEN = "open"
    TAKEN_OUT = "taken_out"
    GONE = "gone"
    ENDED = "ended"


class CompanyMatch(StrEnum):
    """How the company of a client was found; the value is stored."""

    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"
    INN = "inn"
    DOMAIN = "domain"
    HAND = "hand"
    NONE = "none"


class ProposalState(StrEnum):
    """What became of a proposal; the value is stored."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OVERTAKEN = "overtaken"


class PipelineProblem(StrEnum):
    """Why the CRM does not take what is written; the value is stored."""

    SCOPE = "scope"
    RIGHT = "right"
    PLAN = "plan"
    SILENT = "silent"
    CLOSED = "closed"
    REFUSED = "refused"


READY = frozenset({CompanyMatch.INN, CompanyMatch.DOMAIN, CompanyMatch.HAND, CompanyMatch.NONE})
"""Clients whose deals may be made."""


def seconds_until_settled(since: datetime, now: datetime) -> float:
    """How long a write begun then may still be under way; one that begins in the future was begun by a clock that ran ahead."""
    left = (since + SETTLES - now).total_seconds()
    return max(0.0, min(left, SETTLES.total_seconds()))
