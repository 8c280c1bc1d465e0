"""Whole texts of the calls, compressed; methods inside a batch and codes of its refused commands, to look for them.

Rows that lie there stay as they are: what an earlier release has cut cannot be made whole.

Revision ID: 0035_whole_calls
Revises: 0033_webhooks
"""

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0035_whole_calls"
down_revision = "0034_legal"
branch_labels = None
depends_on = None

CALLS = sa.table(
    "call_log",
    sa.column("id", sa.Integer),
    sa.column("request", sa.Text),
    sa.column("answer", sa.Text),
    sa.column("packed", sa.LargeBinary),
)
AT_ONCE = 200
MOST_REQUEST, MOST_ANSWER = 2000, 4000  # what the release before keeps of each


def upgrade() -> None:
    """Go forward; a worker of the release before goes on writing rows without the new columns."""
    op.add_column("call_log", sa.Column("commands", sa.Text(), nullable=False, server_default=""))
    op.add_column("call_log", sa.Column("refused", sa.Text(), nullable=False, server_default=""))
    op.add_column("call_log", sa.Column("packed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back; the beginnings of the texts are put where the release before reads them."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(_packed_after(last)).all():
        for number, packed in rows:
            request, _, answer = _unpack(packed).partition("\0")
            kept = {"request": _begin(request, MOST_REQUEST), "answer": _begin(answer, MOST_ANSWER)}
            connection.execute(sa.update(CALLS).where(CALLS.c.id == number).values(kept))
        last = rows[-1].id
    for name in ("packed", "refused", "commands"):
        op.drop_column("call_log", name)


def _packed_after(last: int) -> sa.Select[int, bytes]:
    found = sa.select(CALLS.c.id, CALLS.c.packed).where(CALLS.c.packed.is_not(None), CALLS.c.id > last)
    return found.order_by(CALLS.c.id).limit(AT_ONCE)


def _unpack(packed: bytes) -> str:
    try:
        return zstandard.ZstdDecompressor().decompress(bytes(packed)).decode(errors="replace")
    except zstandard.ZstdError:
        return ""


def _begin(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"
