"""The end of people's rights, and who made an address outside the portal by id.

Revision ID: 0006_rights
Revises: 0005_denied_installs
"""

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0006_rights'
down_revision = '0005_denied_installs'
branch_labels = None
depends_on = None
# The last release kept a name alone: it tells who it was where one person of that portal bears it.
MAKERS = """
UPDATE status_link SET made_by_id = (
    SELECT CASE WHEN COUNT(*) = 1 THEN MIN(person.user_id) END FROM person
    WHERE person.portal_id = status_link.portal_id AND person.name = status_link.made_by
)
"""


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rights_ended_at', b24app.database.Moment(timezone=True), nullable=True))
    with op.batch_alter_table('status_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_by_id', sa.Integer(), nullable=True))
    op.execute(MAKERS)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('status_link', schema=None) as batch_op:
        batch_op.drop_column('made_by_id')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('rights_ended_at')
