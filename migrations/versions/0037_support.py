"""Support inside: numbers of errors that were shown, what the operator says of the application, since when a server is away.

Revision ID: 0037_support
Revises: 0033_webhooks
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0037_support"
down_revision = "0036_calendar_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nothing has been shown or said yet."""
    op.create_table('shown_error',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=8), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('endpoint', sa.String(length=120), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_shown_error_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shown_error'))
    )
    op.create_index(op.f('ix_shown_error_at'), 'shown_error', ['at'], unique=False)
    op.create_index(op.f('ix_shown_error_portal_id'), 'shown_error', ['portal_id'], unique=False)
    op.create_index('ix_shown_error_portal_number', 'shown_error', ['portal_id', 'number'], unique=False)
    op.create_table('incident',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('russian', sa.Text(), nullable=False),
    sa.Column('english', sa.Text(), nullable=False),
    sa.Column('began_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_index(op.f('ix_incident_began_at'), 'incident', ['began_at'], unique=False)
    with op.batch_alter_table('server_rest') as batch:
        batch.add_column(sa.Column('away_since', Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back; what was said is lost."""
    with op.batch_alter_table('server_rest') as batch:
        batch.drop_column('away_since')
    op.drop_index(op.f('ix_incident_began_at'), table_name='incident')
    op.drop_table('incident')
    op.drop_index('ix_shown_error_portal_number', table_name='shown_error')
    op.drop_index(op.f('ix_shown_error_portal_id'), table_name='shown_error')
    op.drop_index(op.f('ix_shown_error_at'), table_name='shown_error')
    op.drop_table('shown_error')
