"""The entrance from outside: sessions, confirmed addresses of people, links that open once, keys of the API.

Revision ID: 0027_sign_in
Revises: 0026_integrators
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed

revision = "0027_sign_in"
down_revision = "0026_integrators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has entered from outside yet."""
    op.create_table('outside_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('ends_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_outside_session_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outside_session')),
    sa.UniqueConstraint('digest', name=op.f('uq_outside_session_digest'))
    )
    op.create_index(op.f('ix_outside_session_portal_id'), 'outside_session', ['portal_id'], unique=False)
    op.create_table('sign_in_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('email', Sealed(), nullable=False),
    sa.Column('email_digest', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('asked_at', Moment(timezone=True), nullable=False),
    sa.Column('confirmed_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_sign_in_address_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_address')),
    sa.UniqueConstraint('code', name=op.f('uq_sign_in_address_code')),
    sa.UniqueConstraint('portal_id', 'user_id', name=op.f('uq_sign_in_address_portal_id_user_id'))
    )
    op.create_index(op.f('ix_sign_in_address_email_digest'), 'sign_in_address', ['email_digest'], unique=False)
    op.create_index(op.f('ix_sign_in_address_portal_id'), 'sign_in_address', ['portal_id'], unique=False)
    op.create_table('sign_in_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=False),
    sa.Column('expires_at', Moment(timezone=True), nullable=False),
    sa.Column('used_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_sign_in_link_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_sign_in_link_digest'))
    )
    op.create_index(op.f('ix_sign_in_link_portal_id'), 'sign_in_link', ['portal_id'], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("start", sa.String(length=12), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", Moment(timezone=True), nullable=True),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_api_token_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_portal_id"), "api_token", ["portal_id"], unique=False)



def downgrade() -> None:
    """Go back; who is in has to enter by the portal."""
    op.drop_index(op.f("ix_api_token_portal_id"), table_name="api_token")
    op.drop_table("api_token")

    op.drop_index(op.f('ix_sign_in_link_portal_id'), table_name='sign_in_link')
    op.drop_table('sign_in_link')
    op.drop_index(op.f('ix_sign_in_address_portal_id'), table_name='sign_in_address')
    op.drop_index(op.f('ix_sign_in_address_email_digest'), table_name='sign_in_address')
    op.drop_table('sign_in_address')
    op.drop_index(op.f('ix_outside_session_portal_id'), table_name='outside_session')
    op.drop_table('outside_session')
