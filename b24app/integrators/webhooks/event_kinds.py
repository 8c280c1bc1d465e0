"""The one list of events: the name of each, the right that shows it, and how its record is read when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from b24app.integrators.client_frame import PresentClient
from b24app.integrators.outside.client_records import cases_of, find_finding, find_run, terms_of
from b24app.integrators.outside.record_models import CaseOut, ConsentOut, FindingOut, Given, RunOut, TermOut
from b24app.integrators.rights import Right
from b24app.text.messages import N_

Read = Callable[[PresentClient, str], Given | None]
TEST, CONSENT_GRANTED, CONSENT_CHANGED, CONSENT_ENDED = (
    "test",
    "consent.granted",
    "consent.changed",
    "consent.ended",
)
TERM_CHANGED, TERM_CONFIRMED = "term.changed", "term.confirmed"
FINDING_OPENED, FINDING_CLOSED = "finding.opened", "finding.closed"
CASE_STAGE, RUN_FINISHED = "case.stage", "run.finished"


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind; `read` gives the record that is sent, or None when it is not there any more. Without `read` it is about an access itself."""

    code: str
    title: str
    gives: type[Given]
    right: Right | None = None
    read: Read | None = None


def _term(client: PresentClient, subject: str) -> TermOut | None:
    return next((one for one in terms_of(client) if str(one.id) == subject), None)


def _case(client: PresentClient, subject: str) -> CaseOut | None:
    return next((one for one in cases_of(client) if str(one.id) == subject), None)


def _run(client: PresentClient, subject: str) -> RunOut | None:
    return find_run(client, int(subject))


KINDS = {
    one.code: one
    for one in (
        EventKind(
            TERM_CHANGED, N_("The end of a term is another, or a term is new"), TermOut, Right.TERMS, _term
        ),
        EventKind(TERM_CONFIRMED, N_("The end of a term was confirmed"), TermOut, Right.TERMS, _term),
        EventKind(CASE_STAGE, N_("A renewal has begun, moved or ended"), CaseOut, Right.TERMS, _case),
        EventKind(FINDING_OPENED, N_("Something broke"), FindingOut, Right.CHECKS, find_finding),
        EventKind(FINDING_CLOSED, N_("Something is in order again"), FindingOut, Right.CHECKS, find_finding),
        EventKind(RUN_FINISHED, N_("A run of the checks has ended"), RunOut, Right.CHECKS, _run),
        EventKind(CONSENT_GRANTED, N_("A client gave access"), ConsentOut),
        EventKind(CONSENT_CHANGED, N_("A client gives more or less than before"), ConsentOut),
        EventKind(CONSENT_ENDED, N_("The access to a client has ended"), ConsentOut),
    )
}
"""The events that may be sent to an address; the codes are stored and named in the description of the API."""
