"""The first proof: as many rows as the portal counts, after a second pass that brought nothing new."""

from collections.abc import Sequence

from sqlalchemy import select

from b24app.backup.model import BackupCopy, CopyEntity, EntityState
from b24app.backup.proofs.copy_state import PARTS_AS_OF
from b24app.backup.proofs.left_out_parts import WITHOUT, list_left_out
from b24app.backup.reading.chain import chain_of
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.database import db
from b24app.json_values import Json
from b24app.text.messages import N_

DIFFER = N_(
    "The portal counts other numbers than the copy holds: it was changed while it was read. Make the copy again."
)
STILL_CHANGING = N_(
    "Every pass brought something new: the portal is changed too fast. Make the copy at a quiet hour."
)
UNFINISHED = N_("Not everything was read to its end.")
LOST_PART = N_(
    "A part that the copies before it hold was not read this time: a right is missing, or the portal refused. Mend it and make"
    " the copy anew."
)
NOTHING = N_("Nothing was read: the portal gave no part that belongs into the copy.")
MOST_NAMED = 20


def prove_totals(copy_id: int) -> dict[str, Json]:
    """Compare what was read with the portal's own counts; what the portal does not count is reported, not guessed."""
    copy = db.session.get_one(BackupCopy, copy_id)
    known = entities_of_copy(copy)
    mine = select(CopyEntity).where(CopyEntity.copy_id == copy_id).order_by(CopyEntity.place)
    rows = db.session.scalars(mine).all()
    done = [row for row in rows if row.state == EntityState.DONE]
    differing: list[Json] = [
        {"entity": row.entity, "rows": row.rows, "present": row.present}
        for row in done
        if row.present is not None and row.present != row.rows
    ]
    restless: list[Json] = [row.entity for row in done if row.cursor.get("second_pass", 0) != 0]
    as_before: list[Json] = [row.entity for row in done if row.cursor.get("owners") == "changed"]
    unfinished = [row for row in rows if row.state not in (EntityState.DONE, EntityState.LEFT_OUT)]
    lost = _lost_parts(copy, rows)
    problem = (
        NOTHING if not done
        else UNFINISHED if unfinished
        else LOST_PART if lost
        else DIFFER if differing
        else STILL_CHANGING if restless
        else ""
    )  # fmt: skip
    return {
        "passed": not problem,
        "problem": problem,
        "count": sum(row.rows for row in done if row.present is not None),
        "entities": len(done),
        "left_out": len([row for row in rows if row.state == EntityState.LEFT_OUT]),
        WITHOUT: list_left_out(rows, known),
        "lost": lost[:MOST_NAMED],
        "uncounted": len([row for row in done if row.present is None]),
        "uncounted_rows": sum(row.rows for row in done if row.present is None),
        "as_before": as_before[:MOST_NAMED],
        PARTS_AS_OF: full_at.isoformat() if as_before and (full_at := chain_of(copy)[0].read_at) else "",
        "differing": differing[:MOST_NAMED],
        "restless": restless[:MOST_NAMED],
    }


def _lost_parts(copy: BackupCopy, rows: Sequence[CopyEntity]) -> list[Json]:
    """Parts that earlier copies of the chain have read, and this one left out."""
    left_out = [row.entity for row in rows if row.state == EntityState.LEFT_OUT]
    before = [one.id for one in chain_of(copy)[:-1]]
    had = select(CopyEntity.entity).where(
        CopyEntity.copy_id.in_(before), CopyEntity.entity.in_(left_out), CopyEntity.state == EntityState.DONE
    )
    found = set(db.session.scalars(had))
    return [code for code in left_out if code in found]
