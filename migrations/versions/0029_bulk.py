"""Dates, requests for dates and copies of many clients, and what a work wrote before it is put back.

Revision ID: 0029_bulk
Revises: 0028_pipeline
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0029_bulk"
down_revision = "0028_pipeline"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; works of the last release keep what they did, and cannot be put back: nobody knows what stood there before."""
    op.create_table('date_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('integrator_id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('integrator', sa.String(length=255), nullable=False),
    sa.Column('person', sa.String(length=255), nullable=False),
    sa.Column('asked_at', Moment(timezone=True), nullable=False),
    sa.Column('told_at', Moment(timezone=True), nullable=True),
    sa.Column('tells', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('answered_by', sa.String(length=255), nullable=False),
    sa.Column('answered_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['integrator_id'], ['portal.id'], name=op.f('fk_date_request_integrator_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_date_request_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_request'))
    )
    op.create_index(op.f('ix_date_request_due_at'), 'date_request', ['due_at'], unique=False)
    op.create_index(op.f('ix_date_request_integrator_id'), 'date_request', ['integrator_id'], unique=False)
    op.create_index(op.f('ix_date_request_portal_id'), 'date_request', ['portal_id'], unique=False)
    op.create_index('uq_date_request_open', 'date_request', ['portal_id', 'integrator_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('asking_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', Moment(timezone=True), nullable=False),
    sa.Column('next_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_asking_schedule_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_asking_schedule_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asking_schedule')),
    sa.UniqueConstraint('portal_id', 'client_id', name=op.f('uq_asking_schedule_portal_id_client_id'))
    )
    op.create_index(op.f('ix_asking_schedule_client_id'), 'asking_schedule', ['client_id'], unique=False)
    op.create_index(op.f('ix_asking_schedule_next_at'), 'asking_schedule', ['next_at'], unique=False)
    op.create_index(op.f('ix_asking_schedule_portal_id'), 'asking_schedule', ['portal_id'], unique=False)
    with op.batch_alter_table('bulk_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('term_kind', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('line', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('made_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('before', sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f('uq_bulk_step_work_id_client_id'), type_='unique')
        batch_op.create_unique_constraint(op.f('uq_bulk_step_work_id_client_id_term_kind'), ['work_id', 'client_id', 'term_kind'])
    with op.batch_alter_table('bulk_work', schema=None) as batch_op:
        batch_op.add_column(sa.Column('returned_at', Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('keeps_before', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('returned_by', sa.String(length=255), nullable=False, server_default=''))


def downgrade() -> None:
    """Go back; works that the last release does not know are forgotten, what they wrote stays."""
    op.execute("DELETE FROM bulk_step WHERE work_id IN (SELECT id FROM bulk_work WHERE kind IN ('confirm', 'dates', 'copy', 'schedule'))")
    op.execute("DELETE FROM bulk_work WHERE kind IN ('confirm', 'dates', 'copy', 'schedule')")
    op.execute("UPDATE bulk_step SET state = 'done' WHERE state IN ('returning', 'returned')")
    with op.batch_alter_table('bulk_work', schema=None) as batch_op:
        batch_op.drop_column('keeps_before')
        batch_op.drop_column('returned_by')
        batch_op.drop_column('returned_at')
    with op.batch_alter_table('bulk_step', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_bulk_step_work_id_client_id_term_kind'), type_='unique')
        batch_op.create_unique_constraint(op.f('uq_bulk_step_work_id_client_id'), ['work_id', 'client_id'])
        batch_op.drop_column('before')
        batch_op.drop_column('made_id')
        batch_op.drop_column('line')
        batch_op.drop_column('ends_on')
        batch_op.drop_column('term_kind')
    op.drop_index(op.f('ix_asking_schedule_portal_id'), table_name='asking_schedule')
    op.drop_index(op.f('ix_asking_schedule_next_at'), table_name='asking_schedule')
    op.drop_index(op.f('ix_asking_schedule_client_id'), table_name='asking_schedule')
    op.drop_table('asking_schedule')
    op.drop_index('uq_date_request_open', table_name='date_request', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f('ix_date_request_portal_id'), table_name='date_request')
    op.drop_index(op.f('ix_date_request_integrator_id'), table_name='date_request')
    op.drop_index(op.f('ix_date_request_due_at'), table_name='date_request')
    op.drop_table('date_request')
