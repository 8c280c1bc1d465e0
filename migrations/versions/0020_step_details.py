"""What people write beside a step of the renewal: their own day, a note, whom they asked.

Revision ID: 0020_step_details
Revises: 0019_comparison
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = '0020_step_details'
down_revision = '0019_comparison'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'step_detail',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('clock_id', sa.Integer(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('code', sa.String(length=12), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('said_by', sa.String(length=255), nullable=False),
        sa.Column('said_at', Moment(timezone=True), nullable=False),
        sa.Column('asked_name', sa.String(length=255), nullable=False),
        sa.Column('asked_at', Moment(timezone=True), nullable=True),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_step_detail_portal_id_portal'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_step_detail')),
        sa.UniqueConstraint('portal_id', 'clock_id', 'ends_on', 'code', name=op.f('uq_step_detail_portal_id_clock_id_ends_on_code')),
    )
    op.create_index(op.f('ix_step_detail_portal_id'), 'step_detail', ['portal_id'])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f('ix_step_detail_portal_id'), 'step_detail')
    op.drop_table('step_detail')
