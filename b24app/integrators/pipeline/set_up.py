"""Makes the pipeline with its stages and binds the event of changed deals: each step may be repeated, and adds nothing twice."""

from collections.abc import Mapping

import structlog

from b24app.database import db, portal_scope
from b24app.errors import PortalError, RequestWrong, WriteUncertain
from b24app.integrators.members import get_integrator
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.deal_stages import STAGES, DealStage
from b24app.integrators.pipeline.model import RenewalPipeline
from b24app.integrators.pipeline.states import SETTLES, PipelineProblem, PipelineState, seconds_until_settled
from b24app.integrators.pipeline.stored_pipeline import (
    NAME,
    begin_deals_anew,
    claim_adding,
    get_pipeline,
    note_problem,
)
from b24app.json_values import Json, JsonObject, is_object
from b24app.portals.client_factory import open_client
from b24app.portals.install import DEAL_CHANGED, bind_event
from b24app.portals.model import Portal
from b24app.rest_client import Command, RestClient
from b24app.services import services
from b24app.text.translation import Translator

log = structlog.get_logger(__name__)


class TryAgain(Exception):
    """A write is still under way, or another worker does it: the same work later finds its result."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def set_up_pipeline(portal_id: int) -> None:
    """Make what is missing of the pipeline: the job behind a press."""
    with portal_scope(portal_id):
        if (row := get_pipeline()) is None or row.state != PipelineState.WAITING or get_integrator() is None:
            return
        try:
            _set_up(portal_id)
        except (TryAgain, WriteUncertain) as uncertain:
            db.session.rollback()
            seconds = uncertain.seconds if isinstance(uncertain, TryAgain) else SETTLES.total_seconds()
            services().queue.later("set_up_pipeline", portal_id, delay=seconds)
        except PortalError as error:
            db.session.rollback()
            if not crm.is_final(error):
                raise
            log.warning("the pipeline was not made", error=type(error).__name__)
            note_problem(crm.problem_of(error))


def _set_up(portal_id: int) -> None:
    words = _words(portal_id)
    client = open_client(portal_id, background=True, person=True)
    category_id = _find_or_add(client, words[NAME])
    codes = _make_stages(client, category_id, words)
    bind_deal_event(client)
    row = _row()
    row.stages, row.state, row.problem = (
        {str(stage): code for stage, code in codes.items()},
        PipelineState.WORKING,
        "",
    )
    row.made_at = row.made_at or services().clock.now()
    db.session.flush()
    services().queue.later("follow_pipeline", portal_id)


def _words(portal_id: int) -> Mapping[str, str]:
    """The names in the portal's language."""
    portal = db.session.get_one(Portal, portal_id)
    translator = Translator(portal.language, portal.time_zone)
    return {name: translator.say(name) for name in (NAME, *(spec.name for spec in STAGES.values()))}


def _row() -> RenewalPipeline:
    row = get_pipeline()
    if row is None:  # erased with its portal meanwhile
        raise TryAgain(0)
    return row


def _find_or_add(client: RestClient, name: str) -> int:
    """Our pipeline: the one that is stored, one that an earlier attempt has added, or a new one."""
    there = crm.rows_in(crm.ask(client, crm.list_pipelines()), "categories")
    ids = {crm.number_in(one, "id") for one in there}
    row, now = _row(), services().clock.now()
    if row.category_id in ids:
        return row.category_id or 0
    if row.category_id is not None:
        row.category_id, row.stages, row.adding_since = None, {}, None
        begin_deals_anew()
        db.session.commit()
    if row.adding_since is not None:
        if left := seconds_until_settled(row.adding_since, now):
            raise TryAgain(left)
        named = [crm.number_in(one, "id") for one in there if one.get("name") == name]
        if new := sorted(set(named) - set(row.before)):
            return _keep(new[0])
    if not claim_adding(row.adding_since, now, sorted(ids)):
        raise TryAgain(SETTLES.total_seconds())
    db.session.commit()
    return _keep(_add(client, name))


def _add(client: RestClient, name: str) -> int:
    """Add it; after a clear refusal nothing was added."""
    try:
        answer = crm.ask(client, crm.add_pipeline(name))
    except WriteUncertain:
        raise
    except PortalError:
        _row().adding_since = None
        db.session.commit()
        raise
    made = answer.get("category") if is_object(answer) else None
    number = crm.number_in(made, "id") if is_object(made) else 0
    if not number:
        raise WriteUncertain("", "crm.category.add answered without the number of a pipeline")
    return number


def _keep(category_id: int) -> int:
    row = _row()
    row.category_id, row.adding_since, row.stages = category_id, None, {}
    db.session.commit()
    return category_id


def _make_stages(client: RestClient, category_id: int, words: Mapping[str, str]) -> dict[DealStage, str]:
    """Make exactly our stages the first time; later only missing ones, for people own names and order then."""
    first = not _row().stages
    there = _stages_by_code(client, category_id)
    if first:
        _drop_others(client, there)
        for place, (stage, spec) in reversed(list(enumerate(STAGES.items(), 1))):
            if spec.code in there:
                _adjust(client, there[spec.code], stage, place, words)
    for place, (stage, spec) in enumerate(STAGES.items(), 1):
        if spec.code not in there:
            _add_stage(client, category_id, stage, place, words)
    codes = {stage: f"C{category_id}:{spec.code}" for stage, spec in STAGES.items()}
    if _stages_by_code(client, category_id).keys() < {spec.code for spec in STAGES.values()}:
        raise RequestWrong("", "stages of the pipeline are missing though they were added")
    return codes


def _stages_by_code(client: RestClient, category_id: int) -> dict[str, JsonObject]:
    """The stages that the pipeline has now, by the code without its prefix."""
    rows = crm.rows_in(crm.ask(client, crm.list_stages(category_id)))
    return {str(row.get("STATUS_ID")).rpartition(":")[2]: row for row in rows}


def _drop_others(client: RestClient, there: dict[str, JsonObject]) -> None:
    """Delete stages that the portal has made by itself and that are none of ours: no deal is on them yet."""
    ours = {spec.code for spec in STAGES.values()}
    for code in [code for code in there if code not in ours]:
        params: JsonObject = {"id": there.pop(code).get("ID"), "params": {"FORCED": "Y"}}
        crm.ask(client, Command("crm.status.delete", params, write=True))


def _adjust(
    client: RestClient, row: JsonObject, stage: DealStage, place: int, words: Mapping[str, str]
) -> None:
    """Give a stage of the portal's own our name and place, unless it has them."""
    wanted: dict[str, Json] = {
        "NAME": words[STAGES[stage].name],
        "SORT": str(place * 10),
        "COLOR": STAGES[stage].color,
    }
    if any(str(row.get(name)) != value for name, value in wanted.items()):
        crm.ask(client, Command("crm.status.update", {"id": row.get("ID"), "fields": wanted}, write=True))


def _add_stage(
    client: RestClient, category_id: int, stage: DealStage, place: int, words: Mapping[str, str]
) -> None:
    spec = STAGES[stage]
    fields: JsonObject = {
        "ENTITY_ID": f"DEAL_STAGE_{category_id}",
        "STATUS_ID": spec.code,
        "NAME": words[spec.name],
        "SORT": place * 10,
        "SEMANTICS": spec.semantics,
        "COLOR": spec.color,
    }
    crm.ask(client, Command("crm.status.add", {"fields": fields}, write=True))


def note_if_gone(client: RestClient) -> bool:
    """Whether people have deleted the pipeline of the portal in scope; then it stops and is offered again."""
    there = crm.rows_in(crm.ask(client, crm.list_pipelines()), "categories")
    gone = _row().category_id not in {crm.number_in(one, "id") for one in there}
    if gone:
        note_problem(PipelineProblem.REFUSED, PipelineState.GONE)
    return gone


def bind_deal_event(client: RestClient) -> None:
    """Bind the event of changed deals in this portal, unless it is bound."""
    handler = f"{services().settings.public_url}/events"
    bound = crm.rows_in(crm.ask(client, Command("event.get")))
    if any(str(one.get("event")).upper() == DEAL_CHANGED and one.get("handler") == handler for one in bound):
        return
    crm.ask(client, bind_event(DEAL_CHANGED, handler))


def watch_deals(portal_id: int) -> None:
    """Bind the event anew after everything was bound anew (event-bind.md); a portal without a pipeline needs none."""
    with portal_scope(portal_id):
        row = get_pipeline()
        works = row is not None and row.state == PipelineState.WORKING
        if not works:
            return
        db.session.commit()
        bind_deal_event(open_client(portal_id, background=True))
