"""One batch of writes: which operations are sent together, and the outcome of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Action, Operation, needs
from b24app.backup.restore.writer import FoundObject, ObjectStanding, load_writers
from b24app.errors import (
    LimitReached,
    MarketplaceEnded,
    PlanLapsed,
    PortalError,
    PortalLocked,
    TokenExpired,
    TokenRejected,
    UnknownRefusal,
    Unreachable,
    VendorFault,
    WriteUncertain,
)
from b24app.rest_client import Answer
from b24app.text.messages import N_

MOST = 20
CHANGED_MEANWHILE = N_("It was changed meanwhile, so it is left as it is.")
CAME_MEANWHILE = N_("Something of this name has come meanwhile, so it is left as it is.")
REFUSED = N_("The portal refused. These are its own words.")
WHOLE_PORTAL: tuple[type[PortalError], ...] = (
    LimitReached, PlanLapsed, MarketplaceEnded, PortalLocked, TokenExpired, TokenRejected, Unreachable,
)  # fmt: skip
"""Refusals that concern the portal as a whole."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """The outcome of one operation."""

    number: int
    state: RestoreLineState
    id: str = ""
    why: str = ""
    words: str = ""
    mark: str = ""


def next_batch(left: Sequence[Operation], ids: Mapping[int, str]) -> Sequence[Operation]:
    """The first operations whose references all exist, up to twenty, of one writer."""
    batch: list[Operation] = []
    for one in left:
        if len(batch) == MOST or needs(one) - ids.keys() or (batch and one.kind != batch[0].kind):
            break
        batch.append(one)
    return batch


def sort_out(
    batch: Sequence[Operation], found: Mapping[int, FoundObject], known: Mapping[int, str]
) -> tuple[list[BatchOutcome], list[Operation]]:
    """Separate what is done already from what may be written; a line that was sent and is found done was written by us."""
    outcomes: list[BatchOutcome] = []
    ready: list[Operation] = []
    for one in batch:
        here = found[one.number]
        if here.standing is ObjectStanding.READY:
            ready.append(one)
        elif here.standing is ObjectStanding.DONE:
            was_sent = known.get(one.number) == RestoreLineState.SENT
            outcomes.append(
                BatchOutcome(one.number, written_state(one) if was_sent else RestoreLineState.SAME, here.id)
            )
        else:
            why = CAME_MEANWHILE if one.action is Action.CREATE else CHANGED_MEANWHILE
            outcomes.append(BatchOutcome(one.number, RestoreLineState.UNTOUCHED, here.id, why))
    return outcomes, ready


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcomes of a batch, and the error that kept the portal as a whole from answering, if any."""

    outcomes: tuple[BatchOutcome, ...]
    trouble: PortalError | None = None


def send(batch: Sequence[Operation], look: PortalLook, known: Mapping[int, str]) -> Sent:
    """Send a batch in one request; always as a batch, whose refusals can be distinguished even where their code is empty."""
    writers = load_writers()
    commands = {str(one.number): writers[one.kind].command(one, look) for one in batch}
    try:
        answers: Mapping[str, Answer | PortalError] = look.client.batch(commands)
    except PortalError as no:
        answers = dict.fromkeys(commands, no)
    outcomes, trouble = [], None
    for one in batch:
        answer = answers.get(str(one.number), WriteUncertain())
        again = known.get(one.number) == RestoreLineState.SENT
        outcomes.append(_outcome(one, answer, again=again))
        if isinstance(answer, WHOLE_PORTAL) or (again and isinstance(answer, WriteUncertain)):
            trouble = answer
    return Sent(tuple(outcomes), trouble)


def _outcome(one: Operation, answer: Answer | PortalError, *, again: bool) -> BatchOutcome:
    """`again` is a second try: what fails inside the portal for a second time counts as refused."""
    if isinstance(answer, Answer):
        return BatchOutcome(
            one.number, written_state(one), load_writers()[one.kind].id_of(one, answer.result)
        )
    if isinstance(answer, WriteUncertain):
        return BatchOutcome(one.number, RestoreLineState.SENT)
    if isinstance(answer, WHOLE_PORTAL):
        return BatchOutcome(one.number, RestoreLineState.WAITING, why=answer.public)
    if isinstance(answer, VendorFault) and not isinstance(answer, UnknownRefusal) and not again:
        return BatchOutcome(one.number, RestoreLineState.SENT, why=answer.public)
    words = ": ".join(part for part in (str(answer.code), answer.description) if part)
    return BatchOutcome(one.number, RestoreLineState.REFUSED, why=REFUSED, words=words[:500])


def written_state(one: Operation) -> RestoreLineState:
    """The state of a line whose operation was written."""
    return RestoreLineState.CREATED if one.action is Action.CREATE else RestoreLineState.CHANGED
