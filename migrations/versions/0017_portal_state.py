"""The version of each portal's state, under which drawn pages are kept.

Revision ID: 0017_portal_state
Revises: 0016_results
"""

import sqlalchemy as sa
from alembic import op

revision = '0017_portal_state'
down_revision = '0016_results'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('portal_state',
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_portal_state_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('portal_id', name=op.f('pk_portal_state'))
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('portal_state')
