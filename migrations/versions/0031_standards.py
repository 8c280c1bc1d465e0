"""Standards: expected values for sets of clients, what was found at each of them, what was decided about differences.

Revision ID: 0031_standards
Revises: 0030_digest
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0031_standards"
down_revision = "0030_digest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; every summary is made anew within minutes, and the found values with it."""
    op.create_table('client_standard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('conditions', sa.String(length=2000), nullable=False),
    sa.Column('changed_by', sa.String(length=255), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_client_standard_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_standard')),
    sa.UniqueConstraint('portal_id', 'name', name=op.f('uq_client_standard_portal_id_name'))
    )
    op.create_index(op.f('ix_client_standard_portal_id'), 'client_standard', ['portal_id'], unique=False)
    op.create_table('found_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('lack', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('moment', Moment(timezone=True), nullable=True),
    sa.Column('names', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('digest', sa.String(length=16), nullable=False),
    sa.Column('read_at', Moment(timezone=True), nullable=True),
    sa.Column('since', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_found_value_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_found_value')),
    sa.UniqueConstraint('portal_id', 'code', name=op.f('uq_found_value_portal_id_code'))
    )
    op.create_index(op.f('ix_found_value_portal_id'), 'found_value', ['portal_id'], unique=False)
    op.create_table('deviation_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('standard_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=16), nullable=False),
    sa.Column('by', sa.String(length=255), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('closed_at', Moment(timezone=True), nullable=True),
    sa.Column('end', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('user_name', sa.String(length=255), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('task_id', sa.String(length=20), nullable=False),
    sa.Column('task_state', sa.String(length=12), nullable=False),
    sa.Column('adding_since', Moment(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_deviation_decision_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_deviation_decision_portal_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['standard_id'], ['client_standard.id'], name=op.f('fk_deviation_decision_standard_id_client_standard'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deviation_decision'))
    )
    op.create_index(op.f('ix_deviation_decision_client_id'), 'deviation_decision', ['client_id'], unique=False)
    op.create_index(op.f('ix_deviation_decision_portal_id'), 'deviation_decision', ['portal_id'], unique=False)
    op.create_index(op.f('ix_deviation_decision_standard_id'), 'deviation_decision', ['standard_id'], unique=False)
    op.create_index('uq_deviation_decision_open', 'deviation_decision', ['standard_id', 'client_id', 'code'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('standard_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('standard_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_standard_line_portal_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['standard_id'], ['client_standard.id'], name=op.f('fk_standard_line_standard_id_client_standard'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard_line')),
    sa.UniqueConstraint('standard_id', 'code', name=op.f('uq_standard_line_standard_id_code'))
    )
    op.create_index(op.f('ix_standard_line_portal_id'), 'standard_line', ['portal_id'], unique=False)
    op.create_index(op.f('ix_standard_line_standard_id'), 'standard_line', ['standard_id'], unique=False)
    op.execute("UPDATE client_summary SET version = ''")


def downgrade() -> None:
    """Go back; tasks that were set stay in the portals."""
    op.drop_index(op.f('ix_standard_line_standard_id'), table_name='standard_line')
    op.drop_index(op.f('ix_standard_line_portal_id'), table_name='standard_line')
    op.drop_table('standard_line')
    op.drop_index('uq_deviation_decision_open', table_name='deviation_decision', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.drop_index(op.f('ix_deviation_decision_standard_id'), table_name='deviation_decision')
    op.drop_index(op.f('ix_deviation_decision_portal_id'), table_name='deviation_decision')
    op.drop_index(op.f('ix_deviation_decision_client_id'), table_name='deviation_decision')
    op.drop_table('deviation_decision')
    op.drop_index(op.f('ix_found_value_portal_id'), table_name='found_value')
    op.drop_table('found_value')
    op.drop_index(op.f('ix_client_standard_portal_id'), table_name='client_standard')
    op.drop_table('client_standard')
