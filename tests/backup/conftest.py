"""A portal to copy; storage servers, started when a test of this process first asks for one, and killed at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask

from b24app.database import portal_scope
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import CopyStage
from tests.backup.storage_processes import Ssh, StorageProcess, WebDav, Weed
from tests.backup.stores import make_bucket

Kind = TypeVar("Kind", bound=StorageProcess)
Starter = Callable[[type[StorageProcess]], StorageProcess]


@pytest.fixture(scope="session")
def storage_processes(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[type[StorageProcess], StorageProcess]]:
    running: dict[type[StorageProcess], StorageProcess] = {}
    yield running
    for one in running.values():
        one.kill()


@pytest.fixture
def start_storage(
    socket_enabled: None,
    storage_processes: dict[type[StorageProcess], StorageProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Starter:
    """Start a kind of server, once for all tests of this process."""

    def start(kind: type[StorageProcess]) -> StorageProcess:
        if kind not in storage_processes:
            storage_processes[kind] = new_process(kind, tmp_path_factory.mktemp(kind.__name__))
        return storage_processes[kind]

    return start


def new_process(kind: type[Kind], folder: Path) -> Kind:
    made = kind(folder)
    if kind is not Ssh:
        made.certify()
    made.start()
    if isinstance(made, Weed):
        make_buckets(made)
    return made


def make_buckets(server: Weed) -> None:
    make_bucket(server, "copies")
    make_bucket(server, "locked", **{"x-amz-bucket-object-lock-enabled": "true"})


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    """A portal of which the CRM alone is copied into a folder."""
    with portal_scope(south.portal_id):
        found = CopyStage(app, south, world, tmp_path)
        found.only("crm")
        yield found


@pytest.fixture
def weed(start_storage: Starter) -> Weed:
    found = start_storage(Weed)
    assert isinstance(found, Weed)
    return found


@pytest.fixture
def webdav(start_storage: Starter) -> WebDav:
    found = start_storage(WebDav)
    assert isinstance(found, WebDav)
    return found


@pytest.fixture
def ssh(start_storage: Starter) -> Ssh:
    found = start_storage(Ssh)
    assert isinstance(found, Ssh)
    return found
