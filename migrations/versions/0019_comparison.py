"""Comparisons as pages read them, what a portal is expected to hold, and when an accepted difference was over.

Revision ID: 0019_comparison
Revises: 0018_messages
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = '0019_comparison'
down_revision = '0018_messages'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; older runs are compared when they are looked at."""
    op.create_table(
        'run_comparison',
        sa.Column('run_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('before_id', sa.Integer(), nullable=False),
        sa.Column('stands_on', sa.String(length=32), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('why', sa.String(length=12), nullable=False),
        sa.Column('about', sa.JSON(), nullable=False),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_run_comparison_portal_id_portal'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_comparison_run_id_run'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', name=op.f('pk_run_comparison')),
    )
    op.create_index(op.f('ix_run_comparison_portal_id'), 'run_comparison', ['portal_id'])
    op.create_table(
        'expected_objects',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('choice_id', sa.Integer(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_expected_objects_portal_id_portal'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_expected_objects')),
        sa.UniqueConstraint('portal_id', name=op.f('uq_expected_objects_portal_id')),
    )
    op.create_index(op.f('ix_expected_objects_portal_id'), 'expected_objects', ['portal_id'])
    op.add_column('accepted_change', sa.Column('settled_at', Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column('accepted_change', 'settled_at')
    op.drop_index(op.f('ix_expected_objects_portal_id'), 'expected_objects')
    op.drop_table('expected_objects')
    op.drop_index(op.f('ix_run_comparison_portal_id'), 'run_comparison')
    op.drop_table('run_comparison')
