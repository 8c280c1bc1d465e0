"""Every table belongs to a portal or is on the short list of shared ones."""

import pytest

from b24app.database import Base, OfPortal
from tests.actors import Actor

pytestmark = pytest.mark.dialect

SHARED = {
    "erasure_record",
    "event_in",
    "incident",
    "job",
    "job_schedule",
    "job_worker",
    "portal",
    "server_rest",
    "telegram_bot",
    "wire_bucket",
    "wire_pause",
}


def test_every_table_belongs_to_a_portal_or_is_on_the_list_of_shared_ones():
    tables = {mapper.class_ for mapper in Base.registry.mappers}
    shared = {table.__tablename__ for table in tables if not issubclass(table, OfPortal)}
    assert shared == SHARED


def test_every_row_of_a_portal_goes_with_it():
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, OfPortal):
            key = next(iter(mapper.local_table.c.portal_id.foreign_keys))
            assert key.ondelete == "CASCADE", mapper.class_.__tablename__


def test_a_token_of_one_portal_opens_nothing_of_another(north: Actor, south: Actor):
    in_north, in_south = north.opens(lang="en"), south.opens(lang="en")
    in_north.post("/install/date", ends_on="2026-12-23", pays_by="portal")
    assert 'value="2026-12-23"' in in_north.post("/install/bind").text
    assert 'value="2026-12-23"' not in in_south.post("/install/bind").text
