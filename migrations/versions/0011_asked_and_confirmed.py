"""What was opened and waits for an answer, the partner's address, addresses outside the portal that are confirmed.

Revision ID: 0011_asked
Revises: 0008_reminders_alone
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0011_asked'
down_revision = '0008_reminders_alone'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('step_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clock_id', sa.Integer(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=255), nullable=False),
    sa.Column('at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_step_opening_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_opening')),
    sa.UniqueConstraint('portal_id', 'clock_id', 'ends_on', 'code', name=op.f('uq_step_opening_portal_id_clock_id_ends_on_code'))
    )
    with op.batch_alter_table('step_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_step_opening_portal_id'), ['portal_id'], unique=False)

    op.create_table('partner_contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('said_by', sa.String(length=255), nullable=False),
    sa.Column('said_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_partner_contact_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_contact')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_partner_contact_portal_id'))
    )
    with op.batch_alter_table('partner_contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_partner_contact_portal_id'), ['portal_id'], unique=False)

    op.create_table('outside_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('asked_by', sa.String(length=255), nullable=False),
    sa.Column('asked_at', b24app.database.Moment(timezone=True), nullable=False),
    sa.Column('confirmed_at', b24app.database.Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_outside_address_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outside_address')),
    sa.UniqueConstraint('code', name=op.f('uq_outside_address_code')),
    sa.UniqueConstraint('portal_id', 'email', name=op.f('uq_outside_address_portal_id_email'))
    )
    with op.batch_alter_table('outside_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outside_address_portal_id'), ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    for name in ('outside_address', 'partner_contact', 'step_opening'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f'ix_{name}_portal_id'))
        op.drop_table(name)
