"""What calendar feeds have told: events with their numbers of changes, and the tags of what was given.

Revision ID: 0036_calendar_events
Revises: 0033_webhooks
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0036_calendar_events"
down_revision = "0035_whole_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; each feed writes its rows when it is asked next, with the identities that it has told until now."""
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=False),
        sa.Column("withdrawn_at", Moment(timezone=True), nullable=True),
        *_of_portal("calendar_event", "key"),
    )
    op.create_index(op.f("ix_calendar_event_portal_id"), "calendar_event", ["portal_id"], unique=False)
    op.create_table(
        "given_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=False),
        *_of_portal("given_feed", "form"),
    )
    op.create_index(op.f("ix_given_feed_portal_id"), "given_feed", ["portal_id"], unique=False)


def _of_portal(table: str, last: str) -> tuple[sa.Column, *tuple[sa.Constraint, ...]]:
    return (
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f(f"fk_{table}_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("portal_id", "feed", last, name=op.f(f"uq_{table}_portal_id_feed_{last}")),
    )


def downgrade() -> None:
    """Go back; the calendars are given without numbers again."""
    op.drop_table("given_feed")
    op.drop_table("calendar_event")
