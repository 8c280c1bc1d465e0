"""Until which day an accepted difference stays accepted.

Revision ID: 0022_accepted_until
Revises: 0021_opened_and_given
"""

import sqlalchemy as sa
from alembic import op

revision = '0022_accepted_until'
down_revision = '0021_opened_and_given'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what was accepted before has no end."""
    op.add_column('accepted_change', sa.Column('until', sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column('accepted_change', 'until')
