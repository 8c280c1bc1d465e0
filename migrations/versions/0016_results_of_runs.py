"""What runs found lies packed: a fact once in a portal, the verdicts of a run in one row.

Revision ID: 0016_results
Revises: 0014_silent_portals

The rows of earlier releases are moved run by run, each step in a transaction of its own: a move that was broken off goes on
where it stood. Nothing is deleted before all is moved, so the application must not run meanwhile.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json, to_json

import b24app.database

revision = '0016_results'
down_revision = '0014_silent_portals'
branch_labels = None
depends_on = None

STEP = 50  # runs; about five megabytes of the old rows
META = sa.MetaData()
RUN = sa.Table('run', META, sa.Column('id', sa.Integer), sa.Column('portal_id', sa.Integer))
FACT = sa.Table('run_fact', META, *map(sa.Column, ('run_id', 'portal_id', 'name', 'value', 'refusal')))
VERDICT = sa.Table('run_verdict', META, *map(sa.Column, ('run_id', 'portal_id', 'code', 'level', 'verdict')),
    sa.Column('judged_at', b24app.database.Moment(timezone=True)))
KEPT = sa.Table('kept_fact', META, sa.Column('id', sa.Integer), sa.Column('portal_id', sa.Integer),
    sa.Column('digest', sa.LargeBinary), sa.Column('refused', sa.Boolean), sa.Column('content', sa.LargeBinary))
RESULT = sa.Table('run_result', META, sa.Column('run_id', sa.Integer), sa.Column('portal_id', sa.Integer),
    sa.Column('facts', sa.JSON), sa.Column('verdicts', sa.LargeBinary))
KEEP = sa.text(
    'INSERT INTO kept_fact (portal_id, digest, refused, content) VALUES (:portal_id, :digest, :refused, :content)'
    ' ON CONFLICT (portal_id, digest) DO NOTHING'
)
FACT_BACK = sa.text(
    'INSERT INTO run_fact (run_id, portal_id, name, value, refusal) VALUES (:run_id, :portal_id, :name, :value, :refusal)'
    ' ON CONFLICT (run_id, name) DO NOTHING'
).bindparams(sa.bindparam('value', type_=sa.JSON(none_as_null=True)), sa.bindparam('refusal', type_=sa.JSON(none_as_null=True)))
VERDICT_BACK = sa.text(
    'INSERT INTO run_verdict (run_id, portal_id, code, level, verdict, judged_at)'
    ' VALUES (:run_id, :portal_id, :code, :level, :verdict, :judged_at) ON CONFLICT (run_id, code) DO NOTHING'
).bindparams(sa.bindparam('verdict', type_=sa.JSON()), sa.bindparam('judged_at', type_=b24app.database.Moment(timezone=True)))


def upgrade() -> None:
    """Go forward."""
    if not sa.inspect(op.get_bind()).has_table('run_result'):
        make_new()
    with op.get_context().autocommit_block():
        move_forward(op.get_bind())
    op.drop_table('run_fact')
    op.drop_table('run_verdict')


def downgrade() -> None:
    """Go back."""
    if not sa.inspect(op.get_bind()).has_table('run_verdict'):
        make_old()
    with op.get_context().autocommit_block():
        move_back(op.get_bind())
    op.drop_table('run_result')
    op.drop_table('kept_fact')


def make_new() -> None:
    """The tables of this release."""
    op.create_table('kept_fact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_kept_fact_portal_id_portal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_fact')),
    sa.UniqueConstraint('portal_id', 'digest', name=op.f('uq_kept_fact_portal_id_digest')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_kept_fact_portal_id'), 'kept_fact', ['portal_id'], unique=False)
    op.create_table('run_result',
    sa.Column('run_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('verdicts', sa.LargeBinary(), nullable=True),
    sa.Column('portal_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f('fk_run_result_portal_id_portal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_result_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_run_result'))
    )
    op.create_index(op.f('ix_run_result_portal_id'), 'run_result', ['portal_id'], unique=False)


def make_old() -> None:
    """The tables of earlier releases."""
    for name, columns, key in (
        ('run_fact', (
            sa.Column('name', sa.String(length=60), nullable=False),
            sa.Column('value', sa.JSON(none_as_null=True), nullable=True),
            sa.Column('refusal', sa.JSON(none_as_null=True), nullable=True),
        ), 'name'),
        ('run_verdict', (
            sa.Column('code', sa.String(length=60), nullable=False),
            sa.Column('level', sa.String(length=8), nullable=False),
            sa.Column('verdict', sa.JSON(), nullable=False),
            sa.Column('judged_at', b24app.database.Moment(timezone=True), nullable=False),
        ), 'code'),
    ):
        op.create_table(name,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.Integer(), nullable=False),
        *columns,
        sa.Column('portal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['portal_id'], ['portal.id'], name=op.f(f'fk_{name}_portal_id_portal'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f(f'fk_{name}_run_id_run'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('run_id', key, name=op.f(f'uq_{name}_run_id_{key}'))
        )
        op.create_index(op.f(f'ix_{name}_portal_id'), name, ['portal_id'], unique=False)
        op.create_index(op.f(f'ix_{name}_run_id'), name, ['run_id'], unique=False)


def steps_of(connection: sa.Connection, wanted: sa.Select[tuple[int, int]]) -> Iterator[dict[int, int]]:
    """The runs in steps, each run with its portal."""
    last = 0
    while runs := dict(connection.execute(wanted.where(RUN.c.id > last).order_by(RUN.c.id).limit(STEP)).all()):
        last = max(runs)
        yield runs


def move_forward(connection: sa.Connection) -> None:
    """Move what no earlier attempt has moved."""
    moved = sa.exists().where(RESULT.c.run_id == RUN.c.id)
    for runs in steps_of(connection, sa.select(RUN.c.id, RUN.c.portal_id).where(~moved)):
        facts, verdicts = dict(_old_facts(connection, runs)), dict(_old_verdicts(connection, runs))
        contents = {(runs[run], *one) for run, found in facts.items() for one in found.values()}
        numbers = _keep(connection, contents) if contents else {}
        rows = [
            {'run_id': run, 'portal_id': runs[run],
             'facts': {name: numbers[runs[run], *one] for name, one in facts.get(run, {}).items()},
             'verdicts': zlib.compress(to_json(verdicts.get(run, {})))}
            for run in runs if run in facts or run in verdicts
        ]
        if rows:
            connection.execute(RESULT.insert(), rows)


def _old_facts(connection: sa.Connection, runs: dict[int, int]) -> Iterator[tuple[int, dict[str, tuple[bytes, bool]]]]:
    value, refusal = sa.cast(FACT.c.value, sa.Text), sa.cast(FACT.c.refusal, sa.Text)
    query = sa.select(FACT.c.run_id, FACT.c.name, value, refusal).where(FACT.c.run_id.in_(runs)).order_by(FACT.c.run_id)
    for run, rows in groupby(connection.execute(query), lambda row: row[0]):
        found = {name: (_plain(no or value), no is not None) for _, name, value, no in rows}
        yield run, {name: (to_json(one), refused) for name, (one, refused) in found.items() if one is not None}


def _old_verdicts(connection: sa.Connection, runs: dict[int, int]) -> Iterator[tuple[int, dict[str, object]]]:
    query = sa.select(VERDICT.c.run_id, VERDICT.c.code, sa.cast(VERDICT.c.verdict, sa.Text), VERDICT.c.judged_at)
    rows = connection.execute(query.where(VERDICT.c.run_id.in_(runs)).order_by(VERDICT.c.run_id))
    for run, mine in groupby(rows, lambda row: row[0]):
        yield run, {code: {'judged_at': at.isoformat(), 'verdict': _plain(verdict)} for _, code, verdict, at in mine}


def _plain(text: str | None) -> object:
    """What a text says; one that is no JSON says nothing, as it did to the releases that read it."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _keep(connection: sa.Connection, contents: set[tuple[int, bytes, bool]]) -> dict[tuple[int, bytes, bool], int]:
    digests = {one: _digest(*one[1:]) for one in contents}
    connection.execute(KEEP, [
        {'portal_id': portal, 'digest': digests[portal, content, refused], 'refused': refused, 'content': zlib.compress(content)}
        for portal, content, refused in sorted(contents)
    ])
    found: dict[tuple[int, bytes], int] = {}
    for portal in {portal for portal, _, _ in contents}:
        mine = [digest for one, digest in digests.items() if one[0] == portal]
        query = sa.select(KEPT.c.digest, KEPT.c.id).where(KEPT.c.portal_id == portal, KEPT.c.digest.in_(mine))
        found |= {(portal, bytes(digest)): number for digest, number in connection.execute(query)}
    return {one: found[one[0], digest] for one, digest in digests.items()}


def _digest(content: bytes, refused: bool) -> bytes:
    return hashlib.blake2b(content, digest_size=16, person=b'no' if refused else b'').digest()


def move_back(connection: sa.Connection) -> None:
    """Write the rows of earlier releases again; what an earlier attempt has written stays."""
    for runs in steps_of(connection, sa.select(RUN.c.id, RUN.c.portal_id)):
        for run, numbers, verdicts in connection.execute(
            sa.select(RESULT.c.run_id, RESULT.c.facts, RESULT.c.verdicts).where(RESULT.c.run_id.in_(runs))
        ).all():
            whose = {'run_id': run, 'portal_id': runs[run]}
            _put(connection, FACT_BACK, [{**whose, **row} for row in _facts_back(connection, numbers)])
            _put(connection, VERDICT_BACK, [{**whose, **row} for row in _verdicts_back(verdicts)])


def _put(connection: sa.Connection, statement: sa.TextClause, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _facts_back(connection: sa.Connection, numbers: dict[str, int]) -> Iterator[dict[str, object]]:
    query = sa.select(KEPT.c.id, KEPT.c.refused, KEPT.c.content).where(KEPT.c.id.in_(set(numbers.values())))
    kept = {number: (refused, from_json(zlib.decompress(content))) for number, refused, content in connection.execute(query)}
    for name, number in numbers.items():
        refused, one = kept.get(number, (False, None))
        yield {'name': name, 'value': None if refused else one, 'refusal': one if refused else None}


def _verdicts_back(packed: bytes | None) -> Iterator[dict[str, object]]:
    for code, one in (from_json(zlib.decompress(packed)) if packed else {}).items():
        yield {'code': code, 'level': str(one['verdict']['level'])[:8], 'verdict': one['verdict'], 'judged_at': datetime.fromisoformat(one['judged_at'])}
