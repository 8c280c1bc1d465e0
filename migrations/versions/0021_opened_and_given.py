"""Checks whose page of the portal was opened, and checks that were given to a person as a task.

Revision ID: 0021_opened_and_given
Revises: 0020_step_details
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = '0021_opened_and_given'
down_revision = '0020_step_details'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nothing was opened or given so far."""
    op.create_table(
        'check_opening',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=60), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('by', sa.String(length=255), nullable=False),
        sa.Column('at', Moment(timezone=True), nullable=False),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_check_opening_portal_id_portal'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_check_opening')),
        sa.UniqueConstraint('portal_id', 'code', name=op.f('uq_check_opening_portal_id_code')),
    )
    op.create_index(op.f('ix_check_opening_portal_id'), 'check_opening', ['portal_id'])
    op.create_table(
        'check_task',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=60), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('user_name', sa.String(length=255), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('key', sa.String(length=16), nullable=False),
        sa.Column('task_id', sa.String(length=20), nullable=False),
        sa.Column('error', sa.Text(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('by', sa.String(length=255), nullable=False),
        sa.Column('at', Moment(timezone=True), nullable=False),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_check_task_portal_id_portal'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_check_task')),
        sa.UniqueConstraint('portal_id', 'code', name=op.f('uq_check_task_portal_id_code')),
    )
    op.create_index(op.f('ix_check_task_portal_id'), 'check_task', ['portal_id'])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f('ix_check_task_portal_id'), 'check_task')
    op.drop_table('check_task')
    op.drop_index(op.f('ix_check_opening_portal_id'), 'check_opening')
    op.drop_table('check_opening')
