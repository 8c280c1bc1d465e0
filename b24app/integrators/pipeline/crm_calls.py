"""What the pipeline asks of the integrator's CRM, in documented shapes; what an answer holds, and what a refusal means.

Sources: crm/universal/category/*, crm/status/*, crm/universal/crm-item-*.md, crm/requisites/universal/crm-requisite-list.md,
crm/companies/crm-company-list.md, crm/timeline/comments/*, events/event-bind.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from b24app.database import before_network
from b24app.errors import (
    FeatureNotInPlan,
    MarketplaceEnded,
    PlanLapsed,
    PortalError,
    PortalLocked,
    RightMissing,
    ScopeMissing,
    TokenRejected,
    UnknownRefusal,
    Unreachable,
)
from b24app.integrators.pipeline.states import PipelineProblem
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command, RestClient

DEAL, COMPANY = 2, 4
ORIGINATOR = "renewal"
SHOWN = ("id", "stageId", "categoryId", "movedBy", "originId")


@dataclass(frozen=True, slots=True)
class DealNow:
    """A deal as the CRM shows it."""

    id: int
    stage: str
    category: int
    moved_by: int


def ask(client: RestClient, command: Command) -> Json:
    """Send one command and return its result; commits before, for no transaction waits for the network."""
    before_network()
    return client.call(command.method, command.params, write=command.write).result


def is_final(error: PortalError) -> bool:
    """Whether the same request would be refused again; an unknown code counts too, for it was an answer."""
    return not error.retryable or isinstance(error, UnknownRefusal)


def list_pipelines() -> Command:
    """Every pipeline of deals."""
    return Command("crm.category.list", {"entityTypeId": DEAL})


def add_pipeline(name: str) -> Command:
    """A new one; the portal gives it first stages of its own."""
    return Command(
        "crm.category.add", {"entityTypeId": DEAL, "fields": {"name": name, "sort": 500}}, write=True
    )


def list_stages(category_id: int) -> Command:
    """The stages of a pipeline of deals."""
    entity = f"DEAL_STAGE_{category_id}"
    return Command("crm.status.list", {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": entity}})


def find_deal(origin: str) -> Command:
    """The deal that bears our mark."""
    wanted: JsonObject = {"originatorId": ORIGINATOR, "originId": origin}
    return _deals(wanted)


def read_deals(ids: Iterable[int]) -> Command:
    """Deals by their numbers."""
    return _deals({"@id": list(ids)})


def _deals(wanted: JsonObject) -> Command:
    params: JsonObject = {
        "entityTypeId": DEAL,
        "filter": wanted,
        "select": list(SHOWN),
        "order": {"id": "ASC"},
        "start": 0,
    }
    return Command("crm.item.list", params)


def add_deal(fields: JsonObject) -> Command:
    """A new deal."""
    return Command("crm.item.add", {"entityTypeId": DEAL, "fields": fields}, write=True)


def change_deal(deal_id: int, fields: JsonObject) -> Command:
    """Another stage or other fields of a deal."""
    return Command("crm.item.update", {"entityTypeId": DEAL, "id": deal_id, "fields": fields}, write=True)


def list_comments(deal_id: int) -> Command:
    """The comments of a deal."""
    wanted: JsonObject = {"ENTITY_ID": deal_id, "ENTITY_TYPE": "deal"}
    return Command(
        "crm.timeline.comment.list", {"filter": wanted, "select": ["ID", "COMMENT"], "order": {"ID": "DESC"}}
    )


def add_comment(deal_id: int, text: str) -> Command:
    """A new comment of a deal."""
    fields: JsonObject = {"ENTITY_ID": deal_id, "ENTITY_TYPE": "deal", "COMMENT": text}
    return Command("crm.timeline.comment.add", {"fields": fields}, write=True)


def companies_by_inn(inn: str) -> Command:
    """Requisites of companies with an INN."""
    params: JsonObject = {"filter": {"ENTITY_TYPE_ID": COMPANY, "RQ_INN": inn}, "select": ["ID", "ENTITY_ID"]}
    return Command("crm.requisite.list", params)


def companies_by_site(address: str) -> Command:
    """Companies with this very address among their sites: the filter compares whole values alone (crm-company-list.md)."""
    return Command("crm.company.list", {"filter": {"WEB": address}, "select": ["ID", "TITLE"]})


def find_company(company_id: int) -> Command:
    """The command that reads one company."""
    return Command("crm.item.get", {"entityTypeId": COMPANY, "id": company_id})


def rows_in(result: Json, name: str = "") -> list[JsonObject]:
    """The rows of a list, which may be nested under a name."""
    found = result.get(name) if name and is_object(result) else result
    return [row for row in found if is_object(row)] if is_array(found) else []


def number_in(row: Mapping[str, Json], name: str) -> int:
    """A number that may be written as a text; zero for anything else."""
    value = row.get(name)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def deals_in(result: Json) -> list[DealNow]:
    """The deals of an answer."""
    return [
        DealNow(
            number_in(row, "id"),
            str(row.get("stageId")),
            number_in(row, "categoryId"),
            number_in(row, "movedBy"),
        )
        for row in rows_in(result, "items")
    ]


def problem_of(error: PortalError) -> PipelineProblem:
    """The problem of the pipeline behind a final refusal."""
    match error:
        case PlanLapsed() | MarketplaceEnded() | PortalLocked():
            return PipelineProblem.CLOSED
        case ScopeMissing():
            return PipelineProblem.SCOPE
        case RightMissing() | TokenRejected():
            return PipelineProblem.RIGHT
        case FeatureNotInPlan():
            return PipelineProblem.PLAN
        case Unreachable():
            return PipelineProblem.SILENT
    return PipelineProblem.REFUSED
