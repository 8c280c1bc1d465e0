"""The queue of jobs lies in the database: jobs, workers, schedules, nightly work of portals.

Revision ID: 0013_jobs
Revises: 0012_reminder_due
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0013_jobs'
down_revision = '0012_reminder_due'
branch_labels = None
depends_on = None

MOMENT = b24app.database.Moment(timezone=True)


def upgrade() -> None:
    """Go forward: work that an earlier queue still held is found by the rows that wait for it."""
    _create_jobs()
    op.create_table('job_worker',
    sa.Column('id', sa.String(length=80), nullable=False),
    sa.Column('beat', sa.Integer(), nullable=False),
    sa.Column('seen_at', MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_worker'))
    )
    op.create_table('job_schedule',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('last', MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_schedule'))
    )
    op.create_table('night_work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_night_work_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_night_work')),
    sa.UniqueConstraint('portal_id', 'name', name=op.f('uq_night_work_portal_id_name'))
    )
    op.create_index(op.f('ix_night_work_portal_id'), 'night_work', ['portal_id'])
    op.create_index('ix_night_work_due_at', 'night_work', ['due_at'])


def _create_jobs() -> None:
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('ids', sa.JSON(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=True),
    sa.Column('lane', sa.String(length=10), nullable=False),
    sa.Column('heavy_portal', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('asked_at', MOMENT, nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_job_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index(op.f('ix_job_portal_id'), 'job', ['portal_id'])
    for name, columns, state, unique in INDEXES:
        only = sa.text(f"state = '{state}'")
        op.create_index(name, 'job', columns, unique=unique, sqlite_where=only, postgresql_where=only)


INDEXES = (
    ('uq_job_waiting', ['key'], 'waiting', True),
    ('uq_job_running', ['key'], 'running', True),
    ('uq_job_heavy', ['heavy_portal'], 'running', True),
    ('ix_job_due', ['lane', 'due_at', 'id'], 'waiting', False),
    ('ix_job_owner', ['owner'], 'running', False),
)


def downgrade() -> None:
    """Go back."""
    for table in ('night_work', 'job_schedule', 'job_worker', 'job'):
        op.drop_table(table)
