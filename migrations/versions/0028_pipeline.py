"""The pipeline of renewals in an integrator's CRM: its deals and companies, and proposals in clients' renewals.

Revision ID: 0028_pipeline
Revises: 0027_sign_in
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment

revision = "0028_pipeline"
down_revision = "0027_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has made the pipeline yet."""
    op.create_table('case_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('integrator_id', sa.Integer(), nullable=False),
    sa.Column('integrator', sa.String(length=255), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('person', sa.String(length=255), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('answered_by', sa.String(length=255), nullable=False),
    sa.Column('answered_at', Moment(timezone=True), nullable=True),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['integrator_id'], ['portal.id'], name=op.f('fk_case_proposal_integrator_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_case_proposal_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_proposal'))
    )
    op.create_index(op.f('ix_case_proposal_integrator_id'), 'case_proposal', ['integrator_id'], unique=False)
    op.create_index(op.f('ix_case_proposal_portal_id'), 'case_proposal', ['portal_id'], unique=False)
    op.create_index('uq_case_proposal_open', 'case_proposal', ['portal_id', 'integrator_id', 'term_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('pipeline_client',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('match', sa.String(length=12), nullable=False),
    sa.Column('looked_version', sa.String(length=16), nullable=False),
    sa.Column('looked_on', sa.Date(), nullable=True),
    sa.Column('problem', sa.String(length=20), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_pipeline_client_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_pipeline_client_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pipeline_client')),
    sa.UniqueConstraint('portal_id', 'client_id', name=op.f('uq_pipeline_client_portal_id_client_id'))
    )
    op.create_index(op.f('ix_pipeline_client_client_id'), 'pipeline_client', ['client_id'], unique=False)
    op.create_index(op.f('ix_pipeline_client_portal_id'), 'pipeline_client', ['portal_id'], unique=False)
    op.create_table('pipeline_deal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=120), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('deal_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('wanted', sa.String(length=12), nullable=False),
    sa.Column('case_stage', sa.String(length=12), nullable=False),
    sa.Column('fields', sa.String(length=64), nullable=False),
    sa.Column('adding_since', Moment(timezone=True), nullable=True),
    sa.Column('back', sa.String(length=12), nullable=False),
    sa.Column('back_by', sa.String(length=255), nullable=False),
    sa.Column('comment_key', sa.String(length=20), nullable=False),
    sa.Column('commenting_since', Moment(timezone=True), nullable=True),
    sa.Column('moved_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['portal.id'], name=op.f('fk_pipeline_deal_client_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_pipeline_deal_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pipeline_deal')),
    sa.UniqueConstraint('portal_id', 'origin', name=op.f('uq_pipeline_deal_portal_id_origin'))
    )
    op.create_index(op.f('ix_pipeline_deal_client_id'), 'pipeline_deal', ['client_id'], unique=False)
    op.create_index('ix_pipeline_deal_deal', 'pipeline_deal', ['portal_id', 'deal_id'], unique=False)
    op.create_index(op.f('ix_pipeline_deal_portal_id'), 'pipeline_deal', ['portal_id'], unique=False)
    op.create_table('renewal_pipeline',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('stages', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('by_hand', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('adding_since', Moment(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=20), nullable=False),
    sa.Column('asked_by', sa.String(length=255), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', Moment(timezone=True), nullable=False),
    sa.Column('made_at', Moment(timezone=True), nullable=True),
    sa.Column('moved_at', Moment(timezone=True), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_renewal_pipeline_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renewal_pipeline')),
    sa.UniqueConstraint('portal_id', name=op.f('uq_renewal_pipeline_portal_id'))
    )
    op.create_index(op.f('ix_renewal_pipeline_portal_id'), 'renewal_pipeline', ['portal_id'], unique=False)


def downgrade() -> None:
    """Go back; the deals stay in the CRM, nothing follows them."""

    op.drop_index(op.f('ix_renewal_pipeline_portal_id'), table_name='renewal_pipeline')
    op.drop_table('renewal_pipeline')
    op.drop_index(op.f('ix_pipeline_deal_portal_id'), table_name='pipeline_deal')
    op.drop_index('ix_pipeline_deal_deal', table_name='pipeline_deal')
    op.drop_index(op.f('ix_pipeline_deal_client_id'), table_name='pipeline_deal')
    op.drop_table('pipeline_deal')
    op.drop_index(op.f('ix_pipeline_client_portal_id'), table_name='pipeline_client')
    op.drop_index(op.f('ix_pipeline_client_client_id'), table_name='pipeline_client')
    op.drop_table('pipeline_client')
    op.drop_index('uq_case_proposal_open', table_name='case_proposal', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f('ix_case_proposal_portal_id'), table_name='case_proposal')
    op.drop_index(op.f('ix_case_proposal_integrator_id'), table_name='case_proposal')
    op.drop_table('case_proposal')
