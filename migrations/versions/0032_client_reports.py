"""Reports to clients: their look and sender, their readers, the reports themselves, own mail servers.

Revision ID: 0032_client_reports
Revises: 0031_standards
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed

revision = "0032_client_reports"
down_revision = "0031_standards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has set reports up yet."""
    op.create_table('client_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('content', Sealed(), nullable=False),
    sa.Column('basis', sa.String(length=200), nullable=False),
    sa.Column('head', Sealed(), nullable=False),
    sa.Column('foreword', Sealed(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('approved_by', sa.String(length=255), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', Moment(timezone=True), nullable=True),
    sa.Column('send_at', Moment(timezone=True), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('reader', Sealed(), nullable=False),
    sa.Column('sent_at', Moment(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('opened_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_client_report_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_report_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_report')),
    sa.UniqueConstraint('portal_id', 'client_id', 'key', name=op.f('uq_client_report_portal_id_client_id_key')),
    sa.UniqueConstraint('code', name=op.f('uq_client_report_code'))
    )
    op.create_index(op.f('ix_client_report_client_id'), 'client_report', ['client_id'], unique=False)
    op.create_index(op.f('ix_client_report_consent_code'), 'client_report', ['consent_code'], unique=False)
    op.create_index(op.f('ix_client_report_portal_id'), 'client_report', ['portal_id'], unique=False)
    op.create_index(op.f('ix_client_report_state_send_at'), 'client_report', ['state', 'send_at'], unique=False)
    op.create_table('own_mail_server',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', Sealed(), nullable=False),
    sa.Column('sender', Sealed(), nullable=False),
    sa.Column('kept_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_own_mail_server_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_mail_server')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_own_mail_server_portal_id'))
    )
    op.create_index(op.f('ix_own_mail_server_portal_id'), 'own_mail_server', ['portal_id'], unique=False)
    op.create_table('report_look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=False),
    sa.Column('motto', sa.String(length=120), nullable=False),
    sa.Column('site', sa.String(length=120), nullable=False),
    sa.Column('monthly', sa.Boolean(), nullable=False),
    sa.Column('after_renewal', sa.Boolean(), nullable=False),
    sa.Column('sender', Sealed(), nullable=False),
    sa.Column('sender_code', sa.String(length=32), nullable=True),
    sa.Column('sender_asked_at', Moment(timezone=True), nullable=True),
    sa.Column('sender_confirmed_at', Moment(timezone=True), nullable=True),
    sa.Column('saved_by', sa.String(length=255), nullable=False),
    sa.Column('saved_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_report_look_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_look')),
    sa.UniqueConstraint('sender_code', name=op.f('uq_report_look_sender_code')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_report_look_portal_id'))
    )
    op.create_index(op.f('ix_report_look_portal_id'), 'report_look', ['portal_id'], unique=False)
    op.create_table('report_reader',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('consent_code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('email', Sealed(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('asked_by', sa.String(length=255), nullable=False),
    sa.Column('asked_at', Moment(timezone=True), nullable=False),
    sa.Column('confirmed_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_report_reader_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_report_reader_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_reader')),
    sa.UniqueConstraint('code', name=op.f('uq_report_reader_code')),
    sa.UniqueConstraint('portal_id', 'client_id', name=op.f('uq_report_reader_portal_id_client_id'))
    )
    op.create_index(op.f('ix_report_reader_client_id'), 'report_reader', ['client_id'], unique=False)
    op.create_index(op.f('ix_report_reader_portal_id'), 'report_reader', ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back; reports that were sent open no more."""
    op.drop_index(op.f('ix_report_reader_client_id'), table_name='report_reader')
    op.drop_index(op.f('ix_report_reader_portal_id'), table_name='report_reader')
    op.drop_table('report_reader')
    op.drop_index(op.f('ix_report_look_portal_id'), table_name='report_look')
    op.drop_table('report_look')
    op.drop_index(op.f('ix_own_mail_server_portal_id'), table_name='own_mail_server')
    op.drop_table('own_mail_server')
    op.drop_index(op.f('ix_client_report_client_id'), table_name='client_report')
    op.drop_index(op.f('ix_client_report_consent_code'), table_name='client_report')
    op.drop_index(op.f('ix_client_report_portal_id'), table_name='client_report')
    op.drop_index(op.f('ix_client_report_state_send_at'), table_name='client_report')
    op.drop_table('client_report')
