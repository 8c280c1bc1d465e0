"""Proof: stopped runs, files of answers, owners of checks.

Revision ID: 0003_proof
Revises: 0002_probes
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0003_proof'
down_revision = '0002_probes'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('check_owner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('said_by', sa.Integer(), nullable=False),
    sa.Column('said_by_name', sa.String(length=255), nullable=False),
    sa.Column('said_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_check_owner_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_owner')),
    sa.UniqueConstraint('portal_id', 'target', name=op.f('uq_check_owner_portal_id_target'))
    )
    with op.batch_alter_table('check_owner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_owner_portal_id'), ['portal_id'], unique=False)

    op.create_table('answer_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content', b24app.database.SealedBytes(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['question_answer.id'], name=op.f('fk_answer_file_answer_id_question_answer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_answer_file_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_file')),
    sa.UniqueConstraint('answer_id', name=op.f('uq_answer_file_answer_id'))
    )
    with op.batch_alter_table('answer_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_file_portal_id'), ['portal_id'], unique=False)

    op.add_column('run', sa.Column('stopped_by', sa.String(length=255), nullable=False, server_default=''))



def downgrade() -> None:
    """Go back."""
    # Not by a batch: on SQLite that builds the table anew, and its rows would take their facts with them.
    op.drop_column('run', 'stopped_by')

    with op.batch_alter_table('answer_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_file_portal_id'))

    op.drop_table('answer_file')
    with op.batch_alter_table('check_owner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_check_owner_portal_id'))

    op.drop_table('check_owner')
