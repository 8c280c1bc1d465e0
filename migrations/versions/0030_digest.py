"""Alerts and the weekly digest of an integrator's people: their wishes, alerts, who was told, tasks about what broke.

Revision ID: 0030_digest
Revises: 0029_bulk
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0030_digest"
down_revision = "0029_bulk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has wishes yet, and no pipeline wants tasks."""
    op.create_table('member_wishes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest_on', sa.Boolean(), nullable=False),
    sa.Column('empty_on', sa.Boolean(), nullable=False),
    sa.Column('alerts_on', sa.Boolean(), nullable=False),
    sa.Column('by_portal', sa.Boolean(), nullable=False),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.Column('by_telegram', sa.Boolean(), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=False),
    sa.Column('quiet_to', sa.Integer(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_member_wishes_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_wishes')),
    sa.UniqueConstraint('portal_id', 'user_id', name=op.f('uq_member_wishes_portal_id_user_id'))
    )
    op.create_index(op.f('ix_member_wishes_portal_id'), 'member_wishes', ['portal_id'], unique=False)
    op.create_table('client_alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(length=12), nullable=False),
    sa.Column('codes', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('opened_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('end', sa.String(length=12), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_client_alert_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_alert_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_alert'))
    )
    op.create_index(op.f('ix_client_alert_client_id'), 'client_alert', ['client_id'], unique=False)
    op.create_index(op.f('ix_client_alert_portal_id'), 'client_alert', ['portal_id'], unique=False)
    op.create_index('uq_client_alert_open', 'client_alert', ['portal_id', 'client_id', 'cause'], unique=True, sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table('alert_telling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('told_at', Moment(timezone=True), nullable=False),
    sa.Column('seen_at', Moment(timezone=True), nullable=True),
    sa.Column('escalated', sa.Boolean(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['client_alert.id'], name=op.f('fk_alert_telling_alert_id_client_alert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_alert_telling_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_telling')),
    sa.UniqueConstraint('alert_id', 'user_id', name=op.f('uq_alert_telling_alert_id_user_id'))
    )
    op.create_index(op.f('ix_alert_telling_key'), 'alert_telling', ['key'], unique=False)
    op.create_index(op.f('ix_alert_telling_portal_id'), 'alert_telling', ['portal_id'], unique=False)
    op.create_table('alert_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('task_id', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('adding_since', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['client_alert.id'], name=op.f('fk_alert_task_alert_id_client_alert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_alert_task_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_task')),
    sa.UniqueConstraint('alert_id', name=op.f('uq_alert_task_alert_id'))
    )
    op.create_index(op.f('ix_alert_task_portal_id'), 'alert_task', ['portal_id'], unique=False)
    op.add_column('renewal_pipeline', sa.Column('tasks', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go back; tasks that are set stay in the portal and nothing closes them."""
    with op.batch_alter_table('renewal_pipeline') as batch:
        batch.drop_column('tasks')
    op.drop_index(op.f('ix_alert_task_portal_id'), table_name='alert_task')
    op.drop_table('alert_task')
    op.drop_index(op.f('ix_alert_telling_portal_id'), table_name='alert_telling')
    op.drop_index(op.f('ix_alert_telling_key'), table_name='alert_telling')
    op.drop_table('alert_telling')
    op.drop_index('uq_client_alert_open', table_name='client_alert', sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f('ix_client_alert_portal_id'), table_name='client_alert')
    op.drop_index(op.f('ix_client_alert_client_id'), table_name='client_alert')
    op.drop_table('client_alert')
    op.drop_index(op.f('ix_member_wishes_portal_id'), table_name='member_wishes')
    op.drop_table('member_wishes')
