"""Rows that a list shows no more: they are asked for by id, as an administrator, before they are recorded as deleted."""

from collections.abc import Sequence

from b24app.backup.entities.entity import Entity
from b24app.backup.reading.list_params import of_ids, thin
from b24app.backup.reading.reread import id_field, in_chunks
from b24app.backup.reading.whole_view import ME, judge_view
from b24app.bitrix24.list_methods import paging_of
from b24app.bitrix24.responses import read_integer
from b24app.errors import PortalError
from b24app.rest_client import RestClient

MOST_UNSEEN = 2_400
PAGE, PAGES = 50, 48
"""Pages in one request, between two checks of our rights."""


def ids_there(client: RestClient, entity: Entity, ids: Sequence[int]) -> set[int]:
    """Those of these ids that the portal has; raises ViewNarrowed unless an administrator asked before and after."""
    found: set[int] = set()
    page = 1 if entity.one_by else PAGE
    for some in in_chunks(ids, page * PAGES):
        asked = [one for few in in_chunks(some, page) for one in of_ids(entity, thin(entity), few)]
        pages = {f"p{number}": one for number, one in enumerate(asked)}
        outcomes = client.batch({"before": ME, **pages, "after": ME})
        judge_view(outcomes["before"])
        for name in pages:
            outcome = outcomes[name]
            if isinstance(outcome, PortalError):
                raise outcome
            rows = paging_of(entity.method).rows(outcome.result)
            found |= {one for row in rows if (one := read_integer(row.get(id_field(entity)))) is not None}
        judge_view(outcomes["after"])
    return found
