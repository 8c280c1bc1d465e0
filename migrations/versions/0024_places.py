"""Which places a portal was bound to last, and the tab that an administrator opened last.

Revision ID: 0024_places
Revises: 0023_telegram
"""

import sqlalchemy as sa
from alembic import op

revision = '0024_places'
down_revision = '0023_telegram'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; portals of earlier releases are bound anew by a job."""
    op.add_column('portal', sa.Column('bindings', sa.String(length=16), server_default='', nullable=False))
    op.add_column('person', sa.Column('last_tab', sa.String(length=16), server_default='', nullable=False))


def downgrade() -> None:
    """Go back."""
    op.drop_column('person', 'last_tab')
    op.drop_column('portal', 'bindings')
