"""Deliveries held under a lease, counted when they leave, given up after five days; servers at rest; lost access.

Revision ID: 0018_messages
Revises: 0017_portal_state
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = '0018_messages'
down_revision = '0017_portal_state'
branch_labels = None
depends_on = None

FIVE_DAYS = timedelta(days=5)
LOST = ('TokenRejected', 'ApplicationGone', 'PlanLapsed', 'MarketplaceEnded', 'PortalLocked')
ADDED = ('lost_access', 'give_up_at', 'lost_workers', 'handed_over', 'lease_doubted', 'leased_until', 'owner')


def upgrade() -> None:
    """Go forward."""
    op.add_column('delivery', sa.Column('owner', sa.String(length=16), server_default='', nullable=False))
    op.add_column('delivery', sa.Column('leased_until', Moment(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('lease_doubted', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('delivery', sa.Column('handed_over', sa.Integer(), server_default='0', nullable=False))
    op.add_column('delivery', sa.Column('lost_workers', sa.Integer(), server_default='0', nullable=False))
    op.add_column('delivery', sa.Column('give_up_at', Moment(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('lost_access', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('reminder_due', sa.Column('kept_at', Moment(timezone=True), nullable=True))
    op.add_column('pulse', sa.Column('access_lost_at', Moment(timezone=True), nullable=True))
    op.create_table(
        'server_rest',
        sa.Column('channel', sa.String(length=20), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('until', Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('channel', name=op.f('pk_server_rest')),
    )
    _tell_deliveries()


def _tell_deliveries() -> None:
    """What waits is given up in the end, what was being sent may have left, and what lost access has stopped comes back."""
    delivery = sa.table('delivery', *map(sa.column, ('id', 'reminder_id', 'state', 'error', 'handed_over', 'lost_access')),
                        sa.column('give_up_at', Moment(timezone=True)))
    reminder = sa.table('reminder', sa.column('id'), sa.column('due_at', Moment(timezone=True)))
    stopped = sa.and_(delivery.c.state == 'failed', sa.or_(*(delivery.c.error.like(f'{code}:%') for code in LOST)))
    living = sa.or_(delivery.c.state.in_(('waiting', 'sending')), stopped)
    query = sa.select(delivery.c.id, reminder.c.due_at).join(reminder, reminder.c.id == delivery.c.reminder_id)
    connection = op.get_bind()
    for delivery_id, due_at in connection.execute(query.where(living)).all():
        mine = delivery.update().where(delivery.c.id == delivery_id)
        connection.execute(mine.values(give_up_at=due_at + FIVE_DAYS))
    connection.execute(delivery.update().where(stopped).values(lost_access=sa.true()))
    connection.execute(delivery.update().where(delivery.c.state == 'sending').values(handed_over=1))


def downgrade() -> None:
    """Go back; what was replaced was not delivered."""
    connection, delivery = op.get_bind(), sa.table('delivery', sa.column('state'))
    connection.execute(delivery.update().where(delivery.c.state == 'replaced').values(state='failed'))
    op.drop_table('server_rest')
    op.drop_column('pulse', 'access_lost_at')
    op.drop_column('reminder_due', 'kept_at')
    for name in ADDED:
        op.drop_column('delivery', name)
