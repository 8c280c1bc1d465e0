"""Titles of dictionaries of the CRM: the pipeline of their stages, leads, sources. Pure."""

from collections.abc import Mapping

from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.crm.stage_lists import StageLists
from b24app.text.messages import N_

DICTIONARIES: Mapping[str, str] = {
    "STATUS": N_("Stages of leads"),
    "QUOTE_STATUS": N_("Stages of quotes"),
    "SOURCE": N_("Sources"),
    "CONTACT_TYPE": N_("Types of contacts"),
    "COMPANY_TYPE": N_("Types of companies"),
    "EMPLOYEES": N_("Numbers of employees"),
    "INDUSTRY": N_("Industries"),
    "DEAL_TYPE": N_("Types of deals"),
    "HONORIFIC": N_("Forms of address"),
    "CALL_LIST": N_("Statuses of call lists"),
}
"""Documented dictionaries that have no name of a pipeline (crm-status-entity-types.md)."""


def place_of(
    entity_id: str,
    pipelines: Pipelines | None,
    lists: StageLists | None,
    processes: SmartProcesses | None = None,
) -> str:
    """The pipeline's own name, else that of the dictionary as the portal shows it; never an id."""
    known = {row.stage_list: row.name for row in pipelines.rows} if pipelines else {}
    if entity_id in known:
        return known[entity_id]
    if entity_id in DICTIONARIES:
        return DICTIONARIES[entity_id]
    named = lists.names().get(entity_id, "") if lists else ""
    return named or _by_kind(entity_id, processes)


def _by_kind(entity_id: str, processes: SmartProcesses | None) -> str:
    if entity_id.startswith("SMART_INVOICE"):
        return N_("Invoices")
    rows = processes.by_type() if processes else {}
    parts = entity_id.split("_")
    if entity_id.startswith("DYNAMIC_") and parts[1] in rows:
        return rows[parts[1]].title
    return N_("Pipeline of deals") if entity_id.startswith("DEAL_STAGE") else N_("Another dictionary of CRM")
