"""Signed webhooks of integrators: addresses, events by their ids, each one's way to each address; feeds of groups.

Revision ID: 0033_webhooks
Revises: 0032_client_reports
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed

revision = "0033_webhooks"
down_revision = "0032_client_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has added an address yet."""
    op.create_table('webhook_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', Sealed(), nullable=False),
    sa.Column('secret', Sealed(), nullable=False),
    sa.Column('old_secret', Sealed(), nullable=True),
    sa.Column('old_until', Moment(timezone=True), nullable=True),
    sa.Column('kinds', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=255), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('changed_at', Moment(timezone=True), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', Moment(timezone=True), nullable=True),
    sa.Column('rests_until', Moment(timezone=True), nullable=True),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_webhook_address_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_address'))
    )
    op.create_index(op.f('ix_webhook_address_portal_id'), 'webhook_address', ['portal_id'], unique=False)
    op.create_table('webhook_client',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('rights', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('marks', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_webhook_client_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_webhook_client_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_client')),
    sa.UniqueConstraint('portal_id', 'client_id', name=op.f('uq_webhook_client_portal_id_client_id'))
    )
    op.create_index(op.f('ix_webhook_client_client_id'), 'webhook_client', ['client_id'], unique=False)
    op.create_index(op.f('ix_webhook_client_portal_id'), 'webhook_client', ['portal_id'], unique=False)
    op.create_table('webhook_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_webhook_event_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_webhook_event_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_event')),
    sa.UniqueConstraint('code', name=op.f('uq_webhook_event_code'))
    )
    op.create_index(op.f('ix_webhook_event_client_id'), 'webhook_event', ['client_id'], unique=False)
    op.create_index(op.f('ix_webhook_event_portal_id'), 'webhook_event', ['portal_id'], unique=False)
    op.create_index('ix_webhook_event_portal_id_at', 'webhook_event', ['portal_id', 'at'], unique=False)
    op.create_table('group_feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('start', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=255), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('expires_at', Moment(timezone=True), nullable=False),
    sa.Column('used_at', Moment(timezone=True), nullable=True),
    sa.Column('revoked_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['client_group.id'], name=op.f('fk_group_feed_group_id_client_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_group_feed_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_feed')),
    sa.UniqueConstraint('digest', name=op.f('uq_group_feed_digest'))
    )
    op.create_index(op.f('ix_group_feed_group_id'), 'group_feed', ['group_id'], unique=False)
    op.create_index(op.f('ix_group_feed_portal_id'), 'group_feed', ['portal_id'], unique=False)
    op.create_table('webhook_sending',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(timezone=True), nullable=False),
    sa.Column('answers', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=True),
    sa.Column('tried_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['webhook_address.id'], name=op.f('fk_webhook_sending_address_id_webhook_address'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['webhook_event.id'], name=op.f('fk_webhook_sending_event_id_webhook_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_webhook_sending_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_sending')),
    sa.UniqueConstraint('event_id', 'address_id', name=op.f('uq_webhook_sending_event_id_address_id'))
    )
    op.create_index('ix_webhook_sending_due', 'webhook_sending', ['address_id', 'state', 'due_at'], unique=False)
    op.create_index(op.f('ix_webhook_sending_portal_id'), 'webhook_sending', ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back; nothing is told and no feed is read any more."""
    op.drop_index(op.f('ix_webhook_sending_portal_id'), table_name='webhook_sending')
    op.drop_index('ix_webhook_sending_due', table_name='webhook_sending')
    op.drop_table('webhook_sending')
    op.drop_index(op.f('ix_group_feed_portal_id'), table_name='group_feed')
    op.drop_index(op.f('ix_group_feed_group_id'), table_name='group_feed')
    op.drop_table('group_feed')
    op.drop_index('ix_webhook_event_portal_id_at', table_name='webhook_event')
    op.drop_index(op.f('ix_webhook_event_portal_id'), table_name='webhook_event')
    op.drop_index(op.f('ix_webhook_event_client_id'), table_name='webhook_event')
    op.drop_table('webhook_event')
    op.drop_index(op.f('ix_webhook_client_portal_id'), table_name='webhook_client')
    op.drop_index(op.f('ix_webhook_client_client_id'), table_name='webhook_client')
    op.drop_table('webhook_client')
    op.drop_index(op.f('ix_webhook_address_portal_id'), table_name='webhook_address')
    op.drop_table('webhook_address')
