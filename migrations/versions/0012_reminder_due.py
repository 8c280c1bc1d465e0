"""When the next reminder of a portal can fall due; a refusal of a portal lies in one table only.

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

KINDS = {'plan': 'plan_lapsed', 'marketplace': 'marketplace_ended', 'locked': 'locked'}


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

    _tell_availability()
    op.drop_column('portal', 'blocked_reason')


def _tell_availability() -> None:
    """What `portal.status` and `portal.blocked_reason` say is true of portals that `pulse` says nothing of."""
    portal = sa.table('portal', *map(sa.column, ('id', 'status', 'blocked_reason')))
    pulse = sa.table('pulse', *map(sa.column, ('portal_id', 'refused_since', 'refused_at', 'kind', 'code', 'words')))
    blocked, now = sa.select(portal.c.id, portal.c.blocked_reason).where(portal.c.status == 'blocked'), sa.func.now()
    connection = op.get_bind()
    for portal_id, reason in connection.execute(blocked).all():
        mine = pulse.c.portal_id == portal_id
        if connection.scalar(sa.select(sa.func.count()).select_from(pulse).where(mine)) == 0:
            connection.execute(pulse.insert().values(portal_id=portal_id, kind='', code='', words=''))
        told = {'refused_since': now, 'refused_at': now, 'kind': KINDS.get(reason, '')}
        connection.execute(pulse.update().where(mine, pulse.c.refused_since.is_(None)).values(**told))
    connection.execute(portal.update().where(portal.c.status == 'blocked').values(status='active'))


def downgrade() -> None:
    """Go back."""
    op.add_column('portal', sa.Column('blocked_reason', sa.String(length=40), nullable=False, server_default=''))
    portal = sa.table('portal', *map(sa.column, ('id', 'status', 'blocked_reason')))
    pulse = sa.table('pulse', *map(sa.column, ('portal_id', 'refused_since', 'kind')))
    refusing = sa.select(pulse.c.portal_id, pulse.c.kind).where(pulse.c.refused_since.is_not(None))
    connection, reasons = op.get_bind(), {kind: reason for reason, kind in KINDS.items()}
    for portal_id, kind in connection.execute(refusing).all():
        mine = portal.update().where(portal.c.id == portal_id, portal.c.status == 'active')
        connection.execute(mine.values(status='blocked', blocked_reason=reasons.get(kind, '')))
    with op.batch_alter_table('reminder_due', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_due_portal_id'))
    op.drop_table('reminder_due')
