"""bizproc.*, biconnector.*: business processes and BI connectors."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import DENIED, DENIED_BAD_REQUEST
from sandbox.rest.list_parameters import as_list, as_number, field_names
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Raw, method
from sandbox.rest.table import Row

PAGE = 50


@method("bizproc.workflow.template.list", scope="bizproc", right="admin", denial=DENIED_BAD_REQUEST)
def list_templates(call: Call) -> Listing:
    """bizproc.workflow.template.list: by default only ID is selected."""
    return _paged(call, "bp_template", as_list(call.get("SELECT")) or ["ID"])


@method("bizproc.workflow.instances", scope="bizproc", right="admin", denial=DENIED)
def list_instances(call: Call) -> Listing:
    """bizproc.workflow.instances: running processes."""
    return _paged(call, "bp_instance", as_list(call.get("SELECT")) or ["ID", "MODIFIED", "OWNED_UNTIL"])


@method(
    "bizproc.robot.list", scope="bizproc", right="admin", application_only=True, denial=DENIED_BAD_REQUEST
)
def list_robots(call: Call) -> Any:
    """bizproc.robot.list: codes of the application's own robots."""
    return _own(call, "robots")


@method(
    "bizproc.activity.list", scope="bizproc", right="admin", application_only=True, denial=DENIED_BAD_REQUEST
)
def list_activities(call: Call) -> Any:
    """bizproc.activity.list: codes of the application's own actions."""
    return _own(call, "activities")


@method("biconnector.source.list", scope="biconnector", application_only=True)
def list_sources(call: Call) -> Any:
    """biconnector.source.list: pages by `page`, errors with HTTP 200."""
    return _analytics(call, "bi_source", ("id", "title", "active", "dateCreate"))


@method("biconnector.connector.list", scope="biconnector", application_only=True)
def list_bi_connectors(call: Call) -> Any:
    """biconnector.connector.list."""
    return _analytics(call, "bi_connector", ("id", "title", "urlCheck", "description", "dateCreate"))


@method("biconnector.dataset.list", scope="biconnector", application_only=True)
def list_datasets(call: Call) -> Any:
    """biconnector.dataset.list."""
    return _analytics(call, "bi_dataset", ("id", "name", "description", "sourceId", "dateCreate"))


def _own(call: Call, name: str) -> list[Any]:
    found: list[Any] = call.portal.extra.get(f"{name}:{call.card.client_id if call.card else ''}", [])
    return found


def _paged(call: Call, name: str, select: list[Any]) -> Listing:
    return list_rows(
        call.portal.tables[name],
        filter=call.get("FILTER"),
        order=call.get("ORDER"),
        select=select,
        start=call.start(),
        always=("ID",),
    )


def _analytics(call: Call, name: str, known: tuple[str, ...]) -> list[Row] | Raw:
    wrong = _bi_error(call, known)
    if wrong:
        return Raw({"error": wrong[0], "error_description": wrong[1]})
    page = max(as_number(call.get("page")), 1)
    listing = list_rows(
        call.portal.tables[name],
        filter=call.get("filter"),
        order=call.get("order"),
        select=call.get("select"),
        start=(page - 1) * PAGE,
    )
    return list(listing.rows)


def _bi_error(call: Call, known: tuple[str, ...]) -> tuple[str, str] | None:
    for part in ("select", "filter", "order"):
        given = call.get(part)
        if given is not None and not isinstance(given, list | dict):
            return f"VALIDATION_{part.upper()}_TYPE", f'Parameter "{part}" must be array.'
        names = as_list(given) if part == "select" else field_names(given)
        for name in names:
            if name not in known and name != "*":
                where = part.upper()
                return (
                    f"VALIDATION_FIELD_NOT_ALLOWED_IN_{where}",
                    f'Field "{name}" is not allowed in the "{part}".',
                )
    return None
