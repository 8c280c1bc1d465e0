"""Since when a portal is silent, when it last confirmed a person's role, and report files that jobs make.

Revision ID: 0015_openings
Revises: 0013_jobs
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0015_openings'
down_revision = '0013_jobs'
branch_labels = None
depends_on = None

MOMENT = b24app.database.Moment(timezone=True)


def upgrade() -> None:
    """Go forward; whoever opened the application had the role confirmed at that moment."""
    op.add_column('pulse', sa.Column('silent_since', MOMENT, nullable=True))
    op.add_column('pulse', sa.Column('silent_at', MOMENT, nullable=True))
    op.add_column('person', sa.Column('role_seen_at', MOMENT, nullable=True))
    person = sa.table('person', sa.column('seen_at', MOMENT), sa.column('role_seen_at', MOMENT))
    op.get_bind().execute(person.update().values(role_seen_at=person.c.seen_at))
    op.create_table('report_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('outside', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('asked_at', MOMENT, nullable=False),
    sa.Column('begun_at', MOMENT, nullable=True),
    sa.Column('made_at', MOMENT, nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_report_file_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_file'))
    )
    with op.batch_alter_table('report_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_file_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_file_portal_id'), ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table('report_file')
    op.drop_column('person', 'role_seen_at')
    op.drop_column('pulse', 'silent_at')
    op.drop_column('pulse', 'silent_since')
