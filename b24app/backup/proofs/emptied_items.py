"""Which items an emptied column has probably lost: those that were changed since all of it was there, and whose field is empty now.

The digests that we keep of items show no single field, and their names are sealed in the copy: so only their numbers can be
named. Some of them may have been empty before.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import structlog
from sqlalchemy import select

from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import LossKind
from b24app.backup.proofs.watched_kinds import kind_number, shown_by, stands_in
from b24app.backup.reading.list_params import OVERLAP
from b24app.bitrix24.responses import read_integer
from b24app.database import before_network, db
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_array
from b24app.rest_client import RestClient

EMPTIED = "emptied"
MOST_IDS = 1_000
MOST_ROWS = 5_000
"""How many changed items one look reads."""
log = structlog.get_logger(__name__)


def name_emptied(client: RestClient, since: datetime) -> None:
    """Add the numbers to open losses of columns that are not reported yet; for a portal that refuses only the count stays."""
    untold = MassLoss.kind == LossKind.COLUMN, MassLoss.closed_at.is_(None), MassLoss.told_at.is_(None)
    rows = db.session.scalars(select(MassLoss).where(*untold)).all()
    columns = {row.id: (row.entity, row.key) for row in rows}
    db.session.commit()
    for loss_id, (entity, code) in columns.items():
        try:
            before_network()
            found = list(islice(_emptied(client, entity, code, since), MOST_IDS))
        except PortalError as error:
            log.info("emptied items are not named", entity=entity, error=type(error).__name__)
            continue
        row = db.session.get_one(MassLoss, loss_id)
        known = row.content.get(EMPTIED)
        row.content = {**row.content, EMPTIED: sorted({*found, *_numbers(known)})[:MOST_IDS]}
        db.session.commit()


def _emptied(client: RestClient, entity: str, code: str, since: datetime) -> Iterator[int]:
    number = kind_number(entity)
    if number is None:
        return
    params: JsonObject = {
        "entityTypeId": number, "select": ["id", shown_by(code)],
        "filter": {">=updatedTime": (since - OVERLAP).isoformat(timespec="seconds")},
    }  # fmt: skip
    for row in islice(client.rows("crm.item.list", params), MOST_ROWS):
        item = read_integer(row.get("id"))
        if item is not None and stands_in(row, code) is False:
            yield item


def emptied_of(numbers: Json) -> Sequence[int]:
    """The numbers that a loss keeps."""
    return tuple(_numbers(numbers))


def _numbers(kept: Json) -> Iterator[int]:
    yield from (one for one in kept if isinstance(one, int)) if is_array(kept) else ()
