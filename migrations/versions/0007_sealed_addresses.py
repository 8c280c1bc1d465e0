"""Sealed addresses of webhooks; what older logs of calls wrote down with too little masked is cleared.

Revision ID: 0007_sealed_addresses
Revises: 0006_rights
"""

import re
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

import b24app.database

revision = '0007_sealed_addresses'
down_revision = '0006_rights'
branch_labels = None
depends_on = None

CODE = re.compile(r'\w+ [\w.:-]{1,60}|\w+')
CALLS = sa.table('call_log', sa.column('id'), sa.column('error'), sa.column('request'), sa.column('answer'))
CHANNELS = sa.table('channel', sa.column('id'), sa.column('address'), sa.column('sealed', b24app.database.Sealed()))
SEALED_CHANNELS = sa.table('channel', sa.column('id'), sa.column('plain'), sa.column('address', b24app.database.Sealed()))
DELIVERIES = sa.table(
    'delivery', sa.column('id'), sa.column('channel'), sa.column('recipient'), sa.column('target', b24app.database.Sealed())
)


def upgrade() -> None:
    """Go forward; the keys are those of the application in which migrations run."""
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        connection.execute(sa.text('PRAGMA secure_delete=ON'))  # what is cleared leaves the file too
    _clear_calls(connection)
    op.add_column('delivery', sa.Column('target', b24app.database.Sealed(), nullable=True))
    ours = DELIVERIES.c.channel == 'webhook'
    for row in connection.execute(sa.select(DELIVERIES.c.id, DELIVERIES.c.recipient).where(ours)).all():
        values = {'target': row.recipient, 'recipient': _host_of(row.recipient)}
        connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.id == row.id).values(values))
    op.add_column('channel', sa.Column('sealed', b24app.database.Sealed(), nullable=True))
    for row in connection.execute(sa.select(CHANNELS.c.id, CHANNELS.c.address)).all():
        connection.execute(sa.update(CHANNELS).where(CHANNELS.c.id == row.id).values(sealed=row.address))
    _take_the_place('sealed')


def downgrade() -> None:
    """Go back: addresses are opened again; the cleared bodies of calls stay cleared."""
    connection = op.get_bind()
    op.add_column('channel', sa.Column('plain', sa.String(length=500), nullable=True))
    for row in connection.execute(sa.select(SEALED_CHANNELS.c.id, SEALED_CHANNELS.c.address)).all():
        opened = sa.update(SEALED_CHANNELS).where(SEALED_CHANNELS.c.id == row.id).values(plain=row.address)
        connection.execute(opened)
    _take_the_place('plain')
    there = DELIVERIES.c.target.is_not(None)
    for row in connection.execute(sa.select(DELIVERIES.c.id, DELIVERIES.c.target).where(there)).all():
        connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.id == row.id).values(recipient=row.target))
    op.drop_column('delivery', 'target')


def _take_the_place(name: str) -> None:
    """Put a filled column into the place of `address`; nothing hangs on the rows of this table."""
    with op.batch_alter_table('channel', schema=None) as batch_op:
        batch_op.drop_column('address')
    with op.batch_alter_table('channel', schema=None) as batch_op:
        batch_op.alter_column(name, new_column_name='address', nullable=False)


def _clear_calls(connection: sa.Connection) -> None:
    connection.execute(sa.update(CALLS).values(request='"***"', answer='"***"'))
    for row in connection.execute(sa.select(CALLS.c.id, CALLS.c.error).where(CALLS.c.error != '')).all():
        if not CODE.fullmatch(row.error):
            kind = row.error.partition(' ')[0][:60]
            connection.execute(sa.update(CALLS).where(CALLS.c.id == row.id).values(error=f'{kind} ***'))


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return '***'
    tail = '/***' if parts.path.strip('/') or parts.query else ''
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{tail}" if parts.netloc else '***'
