"""Denied installs: the days on which the authorization server said that the application is not installed.

Revision ID: 0005_denied_installs
Revises: 0004_failed_calls
"""

import sqlalchemy as sa
from alembic import op

revision = '0005_denied_installs'
down_revision = '0004_failed_calls'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('portal', sa.Column('denied_days', sa.String(length=40), nullable=False, server_default=''))


def downgrade() -> None:
    """Go back."""
    # Not by a batch: on SQLite that builds the table anew, and its rows would take everything of the portal with them.
    op.drop_column('portal', 'denied_days')
