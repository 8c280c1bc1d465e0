"""The operator's Telegram bot, and the chats that people of portals have linked.

Revision ID: 0023_telegram
Revises: 0022_accepted_until
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed

revision = '0023_telegram'
down_revision = '0022_accepted_until'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody is linked yet."""
    op.create_table(
        'telegram_bot',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('next_update', sa.BigInteger(), nullable=False),
        sa.Column('moved_at', Moment(timezone=True), nullable=True),
        sa.Column('owner', sa.String(length=16), nullable=False),
        sa.Column('leased_until', Moment(timezone=True), nullable=True),
        sa.Column('error', sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_telegram_bot')),
    )
    op.create_table(
        'telegram_link',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('user_name', sa.String(length=255), nullable=False),
        sa.Column('code', sa.String(length=64), nullable=True),
        sa.Column('code_at', Moment(timezone=True), nullable=True),
        sa.Column('chat', Sealed(), nullable=True),
        sa.Column('mark', sa.String(length=64), nullable=False),
        sa.Column('linked_at', Moment(timezone=True), nullable=True),
        sa.Column('ended_at', Moment(timezone=True), nullable=True),
        sa.Column('error', sa.String(length=300), nullable=False),
        sa.Column('quiet_from', sa.Integer(), nullable=False),
        sa.Column('quiet_to', sa.Integer(), nullable=False),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_telegram_link_portal_id_portal'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_telegram_link')),
        sa.UniqueConstraint('code', name=op.f('uq_telegram_link_code')),
        sa.UniqueConstraint('portal_id', 'user_id', name=op.f('uq_telegram_link_portal_id_user_id')),
    )
    op.create_index(op.f('ix_telegram_link_mark'), 'telegram_link', ['mark'])
    op.create_index(op.f('ix_telegram_link_portal_id'), 'telegram_link', ['portal_id'])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f('ix_telegram_link_portal_id'), 'telegram_link')
    op.drop_index(op.f('ix_telegram_link_mark'), 'telegram_link')
    op.drop_table('telegram_link')
    op.drop_table('telegram_bot')
