"""What came instead of a portal's answer, and until when it is left alone.

Revision ID: 0014_silent_portals
Revises: 0015_openings
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0014_silent_portals'
down_revision = '0015_openings'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('pulse', schema=None) as batch_op:
        batch_op.add_column(sa.Column('silence', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('failures', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('rests_until', b24app.database.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('pulse', schema=None) as batch_op:
        for name in ('rests_until', 'failures', 'silence'):
            batch_op.drop_column(name)
