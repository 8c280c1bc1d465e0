"""Since when a portal is silent, when it last confirmed a person's role, and report files that jobs make.

Revision ID: 0015_openings
Revises: 0013_jobs
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0015_openings'
down_revision = '0013_jobs'
branch_labels = None
depends_on = None

MOMENT = b24app.database.Moment(timezone=True)


def upgrade() -> None:
    """Go forward; whoever opened the application had the role confirmed at that moment."""
    op.add_column('pulse', sa.Column('silent_since', MOMENT, nullable=True))
    op.add_column('pulse', sa.Column('silent_at', MOMENT, nullable=True))
    op.add_column('person', sa.Column('role_seen_at', MOMENT, nullable=True))
    person = sa.table('person', sa.column('seen_at', MOMENT), sa.column('role_seen_at', MOMENT))
    op.get_bind().execute(person.update().values(role_seen_at=person.c.seen_at))


def downgrade() -> None:
    """Go back."""
    op.drop_column('person', 'role_seen_at')
    op.drop_column('pulse', 'silent_at')
    op.drop_column('pulse', 'silent_since')
