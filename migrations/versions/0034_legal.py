"""Accepted documents, a portal's data as a file that waits for its administrator, and records of erasures.

Revision ID: 0034_legal
Revises: 0033_webhooks
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, SealedBytes

revision = "0034_legal"
down_revision = "0033_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has accepted anything yet, so whoever has the application is asked in place."""
    op.create_table('document_acceptance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('licence_version', sa.String(length=12), nullable=False),
    sa.Column('privacy_version', sa.String(length=12), nullable=False),
    sa.Column('accepted_at', Moment(timezone=True), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_document_acceptance_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_acceptance'))
    )
    op.create_index(op.f('ix_document_acceptance_portal_id'), 'document_acceptance', ['portal_id'], unique=False)
    op.create_table('data_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', Moment(timezone=True), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=200), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_data_file_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_file'))
    )
    op.create_index(op.f('ix_data_file_portal_id'), 'data_file', ['portal_id'], unique=False)
    op.create_table('data_file_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', SealedBytes(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['data_file.id'], name=op.f('fk_data_file_part_file_id_data_file'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_data_file_part_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_file_part')),
    sa.UniqueConstraint('file_id', 'number', name=op.f('uq_data_file_part_file_id_number'))
    )
    op.create_index(op.f('ix_data_file_part_file_id'), 'data_file_part', ['file_id'], unique=False)
    op.create_index(op.f('ix_data_file_part_portal_id'), 'data_file_part', ['portal_id'], unique=False)
    op.create_table('erasure_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('erased_at', Moment(timezone=True), nullable=False),
    sa.Column('rows', sa.JSON(none_as_null=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_record'))
    )
    op.create_index(op.f('ix_erasure_record_digest'), 'erasure_record', ['digest'], unique=False)


def downgrade() -> None:
    """Go back; who accepted what is forgotten, and everybody will be asked again."""
    op.drop_index(op.f('ix_erasure_record_digest'), table_name='erasure_record')
    op.drop_table('erasure_record')
    op.drop_index(op.f('ix_data_file_part_portal_id'), table_name='data_file_part')
    op.drop_index(op.f('ix_data_file_part_file_id'), table_name='data_file_part')
    op.drop_table('data_file_part')
    op.drop_index(op.f('ix_data_file_portal_id'), table_name='data_file')
    op.drop_table('data_file')
    op.drop_index(op.f('ix_document_acceptance_portal_id'), table_name='document_acceptance')
    op.drop_table('document_acceptance')
