"""Integrators: their portals and people, invitations, consents and their journal, groups, notes, summaries and saved views of the board.

Revision ID: 0026_integrators
Revises: 0025_copy
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed

revision = "0026_integrators"
down_revision = "0025_copy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody looks after a client yet."""
    op.create_table('client_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('manager_id', sa.Integer(), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_group_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_group')),
    sa.UniqueConstraint('portal_id', 'name', name=op.f('uq_client_group_portal_id_name'))
    )
    op.create_index(op.f('ix_client_group_portal_id'), 'client_group', ['portal_id'], unique=False)
    op.create_table('client_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('inn', sa.String(length=12), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('search', sa.String(length=600), nullable=False),
    sa.Column('changed_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_client_note_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_note_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_note')),
    sa.UniqueConstraint('portal_id', 'client_id', name=op.f('uq_client_note_portal_id_client_id'))
    )
    op.create_index(op.f('ix_client_note_client_id'), 'client_note', ['client_id'], unique=False)
    op.create_index(op.f('ix_client_note_portal_id'), 'client_note', ['portal_id'], unique=False)
    op.create_table('code_tries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('last_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_code_tries_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_tries')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_code_tries_portal_id'))
    )
    op.create_index(op.f('ix_code_tries_portal_id'), 'code_tries', ['portal_id'], unique=False)
    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('integrator_id', sa.Integer(), nullable=False),
    sa.Column('client_name', sa.String(length=255), nullable=False),
    sa.Column('rights', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('prolongs', sa.Boolean(), nullable=False),
    sa.Column('shown_to_people', sa.Boolean(), nullable=False),
    sa.Column('granted_by', sa.String(length=255), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=False),
    sa.Column('granted_at', Moment(timezone=True), nullable=False),
    sa.Column('ends_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=255), nullable=False),
    sa.Column('end', sa.String(length=12), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['integrator_id'], ['portal.id'], name=op.f('fk_consent_integrator_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_consent_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('code', name=op.f('uq_consent_code'))
    )
    op.create_index(op.f('ix_consent_integrator_id'), 'consent', ['integrator_id'], unique=False)
    op.create_index(op.f('ix_consent_portal_id'), 'consent', ['portal_id'], unique=False)
    op.create_index('uq_consent_living', 'consent', ['portal_id', 'integrator_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('consent_audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('integrator', sa.String(length=255), nullable=False),
    sa.Column('person', sa.String(length=255), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('last_at', Moment(timezone=True), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('right', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.String(length=500), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_consent_audit_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_audit'))
    )
    op.create_index(op.f('ix_consent_audit_consent_code'), 'consent_audit', ['consent_code'], unique=False)
    op.create_index(op.f('ix_consent_audit_portal_id'), 'consent_audit', ['portal_id'], unique=False)
    op.create_index('ix_consent_audit_portal_id_at', 'consent_audit', ['portal_id', 'at'], unique=False)
    op.create_table('integrator',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('inn', sa.String(length=12), nullable=False),
    sa.Column('contact_name', Sealed(), nullable=False),
    sa.Column('contact_email', Sealed(), nullable=False),
    sa.Column('contact_phone', Sealed(), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('logo_type', sa.String(length=40), nullable=False),
    sa.Column('declared_by', sa.String(length=255), nullable=False),
    sa.Column('declared_by_id', sa.Integer(), nullable=False),
    sa.Column('declared_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_integrator_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integrator')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_integrator_portal_id'))
    )
    op.create_index(op.f('ix_integrator_portal_id'), 'integrator', ['portal_id'], unique=False)
    op.create_table('integrator_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('given_by', sa.String(length=255), nullable=False),
    sa.Column('given_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_integrator_member_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integrator_member')),
    sa.UniqueConstraint('portal_id', 'user_id', name=op.f('uq_integrator_member_portal_id_user_id'))
    )
    op.create_index(op.f('ix_integrator_member_portal_id'), 'integrator_member', ['portal_id'], unique=False)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', Sealed(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('client_name', sa.String(length=255), nullable=False),
    sa.Column('client_inn', sa.String(length=12), nullable=False),
    sa.Column('client_portal_id', sa.Integer(), nullable=True),
    sa.Column('rights', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=255), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('expires_at', Moment(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=12), nullable=False),
    sa.Column('answered_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_portal_id'], ['portal.id'], name=op.f('fk_invitation_client_portal_id_portal'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_invitation_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest'))
    )
    op.create_index(op.f('ix_invitation_client_portal_id'), 'invitation', ['client_portal_id'], unique=False)
    op.create_index(op.f('ix_invitation_portal_id'), 'invitation', ['portal_id'], unique=False)
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('conditions', sa.String(length=2000), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_saved_view_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view'))
    )
    op.create_index(op.f('ix_saved_view_portal_id'), 'saved_view', ['portal_id'], unique=False)
    op.create_table('grouped_client',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_grouped_client_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['client_group.id'], name=op.f('fk_grouped_client_group_id_client_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_grouped_client_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grouped_client')),
    sa.UniqueConstraint('group_id', 'client_id', name=op.f('uq_grouped_client_group_id_client_id'))
    )
    op.create_index(op.f('ix_grouped_client_client_id'), 'grouped_client', ['client_id'], unique=False)
    op.create_index(op.f('ix_grouped_client_group_id'), 'grouped_client', ['group_id'], unique=False)
    op.create_index(op.f('ix_grouped_client_portal_id'), 'grouped_client', ['portal_id'], unique=False)
    op.create_table('client_summary',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('lasts_until', Moment(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('search', sa.String(length=600), nullable=False),
    sa.Column('plan_code', sa.String(length=40), nullable=False),
    sa.Column('plan_name', sa.String(length=255), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('date_state', sa.String(length=12), nullable=False),
    sa.Column('said_by', sa.String(length=255), nullable=False),
    sa.Column('said_at', Moment(timezone=True), nullable=True),
    sa.Column('pay_by', sa.Date(), nullable=True),
    sa.Column('act_on', sa.Date(), nullable=True),
    sa.Column('act_reason', sa.String(length=12), nullable=False),
    sa.Column('act_step', sa.String(length=20), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('steps', sa.String(length=60), nullable=False),
    sa.Column('money', sa.String(length=12), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('estimate', sa.Boolean(), nullable=False),
    sa.Column('amount_from', sa.String(length=12), nullable=False),
    sa.Column('blockers', sa.Integer(), nullable=True),
    sa.Column('blocking', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('broke_count', sa.Integer(), nullable=True),
    sa.Column('broke', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('access', sa.String(length=12), nullable=False),
    sa.Column('access_since', Moment(timezone=True), nullable=True),
    sa.Column('answered_at', Moment(timezone=True), nullable=True),
    sa.Column('swept_at', Moment(timezone=True), nullable=True),
    sa.Column('copy_set_up', sa.Boolean(), nullable=True),
    sa.Column('copied_at', Moment(timezone=True), nullable=True),
    sa.Column('copy_verified', sa.Boolean(), nullable=True),
    sa.Column('usage', sa.Integer(), nullable=True),
    sa.Column('usage_code', sa.String(length=20), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_summary_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_summary')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_client_summary_portal_id'))
    )
    op.create_index(op.f('ix_client_summary_portal_id'), 'client_summary', ['portal_id'], unique=False)
    op.create_table('bulk_work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.String(length=255), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('stopped_at', Moment(timezone=True), nullable=True),
    sa.Column('finished_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_bulk_work_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_work'))
    )
    op.create_index(op.f('ix_bulk_work_portal_id'), 'bulk_work', ['portal_id'], unique=False)
    op.create_table('bulk_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('blockers_before', sa.Integer(), nullable=True),
    sa.Column('blockers_after', sa.Integer(), nullable=True),
    sa.Column('done_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_bulk_step_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_bulk_step_portal_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['bulk_work.id'], name=op.f('fk_bulk_step_work_id_bulk_work'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_step')),
    sa.UniqueConstraint('work_id', 'client_id', name=op.f('uq_bulk_step_work_id_client_id'))
    )
    op.create_index(op.f('ix_bulk_step_client_id'), 'bulk_step', ['client_id'], unique=False)
    op.create_index(op.f('ix_bulk_step_portal_id'), 'bulk_step', ['portal_id'], unique=False)
    op.create_index(op.f('ix_bulk_step_work_id'), 'bulk_step', ['work_id'], unique=False)


def downgrade() -> None:
    """Go back; consents and their journal are lost."""

    op.drop_index(op.f('ix_bulk_step_work_id'), table_name='bulk_step')
    op.drop_index(op.f('ix_bulk_step_portal_id'), table_name='bulk_step')
    op.drop_index(op.f('ix_bulk_step_client_id'), table_name='bulk_step')
    op.drop_table('bulk_step')
    op.drop_index(op.f('ix_bulk_work_portal_id'), table_name='bulk_work')
    op.drop_table('bulk_work')
    op.drop_index(op.f('ix_client_summary_portal_id'), table_name='client_summary')
    op.drop_table('client_summary')
    op.drop_index(op.f('ix_grouped_client_portal_id'), table_name='grouped_client')
    op.drop_index(op.f('ix_grouped_client_group_id'), table_name='grouped_client')
    op.drop_index(op.f('ix_grouped_client_client_id'), table_name='grouped_client')
    op.drop_table('grouped_client')
    op.drop_index(op.f('ix_saved_view_portal_id'), table_name='saved_view')
    op.drop_table('saved_view')
    op.drop_index(op.f('ix_invitation_portal_id'), table_name='invitation')
    op.drop_index(op.f('ix_invitation_client_portal_id'), table_name='invitation')
    op.drop_table('invitation')
    op.drop_index(op.f('ix_integrator_member_portal_id'), table_name='integrator_member')
    op.drop_table('integrator_member')
    op.drop_index(op.f('ix_integrator_portal_id'), table_name='integrator')
    op.drop_table('integrator')
    op.drop_index('ix_consent_audit_portal_id_at', table_name='consent_audit')
    op.drop_index(op.f('ix_consent_audit_portal_id'), table_name='consent_audit')
    op.drop_index(op.f('ix_consent_audit_consent_code'), table_name='consent_audit')
    op.drop_table('consent_audit')
    op.drop_index('uq_consent_living', table_name='consent', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index(op.f('ix_consent_portal_id'), table_name='consent')
    op.drop_index(op.f('ix_consent_integrator_id'), table_name='consent')
    op.drop_table('consent')
    op.drop_index(op.f('ix_code_tries_portal_id'), table_name='code_tries')
    op.drop_table('code_tries')
    op.drop_index(op.f('ix_client_note_portal_id'), table_name='client_note')
    op.drop_index(op.f('ix_client_note_client_id'), table_name='client_note')
    op.drop_table('client_note')
    op.drop_index(op.f('ix_client_group_portal_id'), table_name='client_group')
    op.drop_table('client_group')
