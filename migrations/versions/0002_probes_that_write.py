"""Probes that write: who allowed them, and what each of them did; what was counted on the disk.

Revision ID: 0002_probes
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0002_probes'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('probe_switch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('said_by', sa.Integer(), nullable=False),
    sa.Column('said_by_name', sa.String(length=255), nullable=False),
    sa.Column('said_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_probe_switch_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_probe_switch'))
    )
    with op.batch_alter_table('probe_switch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_probe_switch_portal_id'), ['portal_id'], unique=False)

    op.create_table('probe_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('mark', sa.String(length=36), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_by_name', sa.String(length=255), nullable=False),
    sa.Column('created_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('started_at', b24app.database.Moment(timezone=True), nullable=True),
    sa.Column('finished_at', b24app.database.Moment(timezone=True), nullable=True),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_probe_run_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_probe_run')),
    sa.UniqueConstraint('portal_id', 'active', name=op.f('uq_probe_run_portal_id_active'))
    )
    with op.batch_alter_table('probe_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_probe_run_portal_id'), ['portal_id'], unique=False)

    op.create_table('disk_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('folders', sa.Integer(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('counted_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_disk_count_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disk_count'))
    )
    with op.batch_alter_table('disk_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disk_count_portal_id'), ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('disk_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disk_count_portal_id'))
    op.drop_table('disk_count')
    with op.batch_alter_table('probe_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_probe_run_portal_id'))
    op.drop_table('probe_run')
    with op.batch_alter_table('probe_switch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_probe_switch_portal_id'))
    op.drop_table('probe_switch')
