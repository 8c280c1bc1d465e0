"""Failed calls: an index over them alone, for the count of unknown refusals and the search for errors.

Revision ID: 0004_failed_calls
Revises: 0003_proof
"""

import sqlalchemy as sa
from alembic import op

revision = '0004_failed_calls'
down_revision = '0003_proof'
branch_labels = None
depends_on = None
FAILED = sa.text("error != ''")


def upgrade() -> None:
    """Go forward."""
    op.create_index('ix_call_log_error', 'call_log', ['error'], postgresql_where=FAILED, sqlite_where=FAILED)


def downgrade() -> None:
    """Go back."""
    op.drop_index('ix_call_log_error', 'call_log')
