"""The portals of the fleet bench: copies of an installed one that are portals of their own, and a stub that knows its questions."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, event, func, select

from b24app.database import Base, db
from b24app.jobs import night
from b24app.jobs.job import load_jobs
from b24app.settings import Settings
from bench.fleet_portals import NIGHTLY, copied_tables, copy_portal, make_due, template
from bench.stub_portals import PAGE, Portals, kind_of

MANY = 3
SERVER = "http://127.0.0.1:9"


@pytest.fixture
def copies(settings: Settings) -> Iterator[tuple[object, dict]]:
    fleet = settings.model_copy(
        update={"look_outside": False, "oauth_servers": ("https://oauth.bitrix24.tech",)}
    )
    with template(fleet) as (_app, _portal_id, recorded):
        pass
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        copy_portal(connection, MANY, SERVER)
        yield connection, recorded
    engine.dispose()


def test_each_copy_has_what_the_first_portal_has_and_no_row_of_another(copies):
    connection, _ = copies
    portal = Base.metadata.tables["portal"]
    ids = connection.execute(select(portal.c.id).order_by(portal.c.id)).scalars().all()
    assert len(ids) == 1 + MANY
    assert connection.scalar(select(func.count(portal.c.client_endpoint.distinct()))) == 1 + MANY
    for table in copied_tables():
        if "portal_id" in table.c:
            wanted = select(table.c.portal_id, func.count()).group_by(table.c.portal_id)
            counts = dict(connection.execute(wanted).all())
            assert len(set(counts.values())) <= 1, (table.name, counts)
            assert set(counts) <= set(ids)
    for table in copied_tables():
        for key in table.foreign_keys:
            other = key.column.table
            if "portal_id" in table.c and "portal_id" in other.c:
                joined = select(func.count()).join_from(table, other, key.parent == key.column)
                strangers = connection.scalar(joined.where(table.c.portal_id != other.c.portal_id))
                assert strangers == 0, table.name


def test_all_nightly_work_waits(copies):
    connection, _ = copies
    assert make_due(connection, MANY) == MANY * len(NIGHTLY)


def test_the_stub_answers_what_the_sandbox_has_answered(copies):
    _, recorded = copies
    portals = Portals(recorded, latency=0)
    loop = asyncio.new_event_loop()
    asked = {"auth": "new1", "cmd": {"me": "profile", "accounts0": "user.get?x=1"}}

    def ask(path: str, body: dict) -> tuple[int, bytes]:
        never = asyncio.StreamReader(loop=loop)
        return loop.run_until_complete(portals.answer(path, json.dumps(body).encode(), never))

    assert ask("/p1/rest/batch", asked | {"auth": "old"})[0] == 401
    status, answer = ask("/p1/rest/batch", asked)
    assert (status, json.loads(answer)["result"]["result"]["me"]["ADMIN"]) == (200, True)
    assert ask("/p3/rest/batch", asked)[1] == PAGE
    assert portals.numbers["unknown questions"] == 0
    loop.close()


def test_of_each_hundred_portals_five_answer_html_and_two_nothing():
    kinds = [kind_of(number) for number in range(1000)]
    assert (kinds.count("html"), kinds.count("silent")) == (50, 20)


def test_the_nights_of_many_portals_are_planned_in_small_steps(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """After an update ten thousand portals lack theirs, and on SQLite one transaction would keep every page from writing."""
    monkeypatch.setattr(night, "AT_ONCE", 1)
    commits: list[object] = []
    with template(settings.model_copy(update={"look_outside": False})):
        with db.engine.begin() as connection:
            copy_portal(connection, MANY, SERVER)
            connection.execute(Base.metadata.tables["night_work"].delete())
        event.listen(db.engine, "commit", commits.append)
        assert night.plan_nights(load_jobs()) == len(NIGHTLY) * (MANY + 1)
    assert len(commits) > MANY
