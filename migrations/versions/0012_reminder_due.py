"""When the next reminder of a portal can fall due.

Revision ID: 0012_reminder_due
Revises: 0011_asked
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0012_reminder_due'
down_revision = '0011_asked'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('reminder_due',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('due_at', b24app.database.Moment(timezone=True), nullable=True),
    sa.Column('token', sa.String(length=16), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_reminder_due_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_due')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_reminder_due_portal_id'))
    )
    with op.batch_alter_table('reminder_due', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_due_portal_id'), ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('reminder_due', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_due_portal_id'))
    op.drop_table('reminder_due')
