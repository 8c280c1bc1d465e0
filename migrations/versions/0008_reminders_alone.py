"""Reminders alone: what could not be built, the tasks that reminders put, and who still works in a portal.

Revision ID: 0008_reminders_alone
Revises: 0007_sealed_addresses
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = '0008_reminders_alone'
down_revision = '0007_sealed_addresses'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('reminder', sa.Column('error', sa.String(length=300), server_default='', nullable=False))
    op.add_column('reminder', sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
    op.create_table(
        'reminder_task',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=160), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('task_id', sa.String(length=20), nullable=False),
        sa.Column('clock_id', sa.Integer(), nullable=True),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.Column('code', sa.String(length=40), nullable=False),
        sa.Column('aim', sa.Date(), nullable=True),
        sa.Column('closed', sa.Boolean(), nullable=False),
        sa.Column('put_at', Moment(timezone=True), nullable=False),
        _portal('reminder_task'),
        _owner('reminder_task'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_task')),
        sa.UniqueConstraint('portal_id', 'key', 'user_id', name=op.f('uq_reminder_task_portal_id_key_user_id')),
    )
    op.create_index(op.f('ix_reminder_task_portal_id'), 'reminder_task', ['portal_id'])
    op.create_table(
        'employment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('asked_at', Moment(timezone=True), nullable=False),
        _portal('employment'),
        _owner('employment'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_employment')),
        sa.UniqueConstraint('portal_id', 'user_id', name=op.f('uq_employment_portal_id_user_id')),
    )
    op.create_index(op.f('ix_employment_portal_id'), 'employment', ['portal_id'])


def _portal(_table: str) -> sa.Column[int]:
    return sa.Column('portal_id', sa.Integer(), nullable=False)


def _owner(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f'fk_{table}_portal_id_portal')
    return sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=name, ondelete='CASCADE')


def downgrade() -> None:
    """Go back."""
    op.drop_table('employment')
    op.drop_table('reminder_task')
    op.drop_column('reminder', 'attempts')
    op.drop_column('reminder', 'error')
