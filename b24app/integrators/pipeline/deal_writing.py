"""Writes deals into the integrator's CRM: added once whatever happens, moved, explained by a comment; each step may run twice."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from b24app.database import changed_rows, db
from b24app.errors import PortalError, WriteUncertain
from b24app.integrators.adding_claims import claim_adding
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.companies import client_row
from b24app.integrators.pipeline.deal_fields import DealWords, back_words, digest_of, first_fields
from b24app.integrators.pipeline.deal_stages import DealStage
from b24app.integrators.pipeline.model import PipelineDeal
from b24app.integrators.pipeline.set_up import TryAgain
from b24app.integrators.pipeline.states import SETTLES, DealState, seconds_until_settled
from b24app.integrators.pipeline.stored_pipeline import WorkingPipeline, get_pipeline
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import Command, RestClient
from b24app.services import services


class NotGiven(Exception):
    """The client's consent has ended meanwhile: nothing more is written."""


@dataclass(frozen=True, slots=True)
class DealContext:
    """What writing needs: the CRM, the pipeline, the texts, and a function that checks at every step whether the client still gives."""

    client: RestClient
    line: WorkingPipeline
    words: DealWords
    gives: Callable[[], bool]

    def write(self, command: Command) -> Json:
        """Send one write, if the client gives its terms at this very moment."""
        if not self.gives():
            raise NotGiven
        return crm.ask(self.client, command)


def deal_row(row_id: int) -> PipelineDeal:
    """The row of a deal as it is stored now."""
    db.session.flush()
    return db.session.get_one(PipelineDeal, row_id, populate_existing=True)


def add_deal(context: DealContext, row_id: int, fields: JsonObject) -> None:
    """Find the deal by its mark, or add it: a write that may be under way is waited for, so none is added twice."""
    row = deal_row(row_id)
    seen, now = row.adding_since, services().clock.now()
    if seen is not None and (left := seconds_until_settled(seen, now)):
        raise TryAgain(left)
    found = crm.deals_in(crm.ask(context.client, crm.find_deal(row.origin)))
    if found:
        adopt(row_id, found[0].id)
        return
    whole = first_fields(deal_row(row_id), client_row(row.client_id), context.line, fields)
    unadded = PipelineDeal.id == row_id, PipelineDeal.deal_id.is_(None)
    if not claim_adding(PipelineDeal.adding_since, seen, now, *unadded):
        raise TryAgain(SETTLES.total_seconds())
    adopt(row_id, _send(context, row_id, whole), digest=digest_of(fields))


def _send(context: DealContext, row_id: int, fields: JsonObject) -> int:
    """Add it; what was clearly refused, or not sent at all, was not added."""
    try:
        answer = context.write(crm.add_deal(fields))
    except WriteUncertain:
        raise
    except (PortalError, NotGiven):
        deal_row(row_id).adding_since = None
        db.session.commit()
        raise
    item = answer.get("item") if is_object(answer) else None
    number = crm.number_in(item, "id") if is_object(item) else 0
    if not number:
        raise WriteUncertain("", "crm.item.add answered without the number of a deal")
    return number


def adopt(row_id: int, deal_id: int, *, digest: str = "") -> None:
    """Keep the number of an existing deal; one that was found is brought in step afterwards."""
    row = deal_row(row_id)
    row.deal_id, row.adding_since, row.state = deal_id, None, DealState.OPEN
    if digest:
        row.stage, row.fields = row.wanted, digest
    note_moved(row)
    db.session.commit()


def note_moved(row: PipelineDeal) -> None:
    """Keep when a deal was last made or moved, and so the pipeline."""
    row.moved_at = services().clock.now()
    if (line := get_pipeline()) is not None:
        line.moved_at = row.moved_at


def write_deal(
    context: DealContext, row_id: int, now: crm.DealNow, target: DealStage | None, fields: JsonObject
) -> None:
    """Give a deal its stage and new fields, unless it has them; its target is kept before it is sent."""
    row = deal_row(row_id)
    changes: JsonObject = dict(fields) if row.fields != digest_of(fields) else {}
    moves = target is not None and now.stage != context.line.code(target)
    if target is not None:
        row.wanted = target
        changes = {**changes, "stageId": context.line.code(target)} if moves else changes
        if now.category != context.line.category_id:
            changes = {**changes, "categoryId": context.line.category_id}
    if changes:
        context.write(crm.change_deal(now.id, changes))
    row = deal_row(row_id)
    row.fields, row.stage = digest_of(fields), target or row.stage
    if moves:
        note_moved(row)
    db.session.commit()


def explain(context: DealContext, row_id: int) -> None:
    """Explain in a comment of the deal why it returned: once, found again by its mark after an answer that was lost."""
    row = deal_row(row_id)
    if not row.back or row.deal_id is None:
        return
    row.comment_key = row.comment_key or secrets.token_hex(8)
    seen, deal_id = row.commenting_since, row.deal_id
    if seen is None or not _is_explained(context, deal_id, row.comment_key, seen):
        if not _claim_comment(row_id, seen):
            raise TryAgain(SETTLES.total_seconds())
        _comment(context, deal_id, back_words(deal_row(row_id), context.words))
    row = deal_row(row_id)
    row.back, row.back_by, row.comment_key, row.commenting_since = "", "", "", None
    db.session.commit()


def _is_explained(context: DealContext, deal_id: int, key: str, since: datetime) -> bool:
    """Whether a comment whose answer was lost is there; one that may still be under way is waited for."""
    if left := seconds_until_settled(since, services().clock.now()):
        raise TryAgain(left)
    there = crm.rows_in(crm.ask(context.client, crm.list_comments(deal_id)))
    return any(key in str(one.get("COMMENT")) for one in there)


def _comment(context: DealContext, deal_id: int, text: str) -> None:
    """Write a comment; a clear refusal of it is ignored: the deal has returned all the same."""
    try:
        context.write(crm.add_comment(deal_id, text))
    except PortalError as error:
        if isinstance(error, WriteUncertain) or not crm.is_final(error):
            raise


def _claim_comment(row_id: int, seen: datetime | None) -> bool:
    same = PipelineDeal.commenting_since.is_(None) if seen is None else PipelineDeal.commenting_since == seen
    done = db.session.execute(
        update(PipelineDeal)
        .where(PipelineDeal.id == row_id, same)
        .values(commenting_since=services().clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return changed_rows(done) == 1
