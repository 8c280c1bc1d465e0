"""A fresh database for each test: a copied SQLite file, or an emptied PostgreSQL by URL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from b24app.storage import Base

POSTGRESQL = os.environ.get("B24_TEST_DATABASE", "")


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory, worker: str) -> str:
    """The schema, made once per worker: a SQLite file to copy, or a PostgreSQL database to empty."""
    if not POSTGRESQL:
        path = tmp_path_factory.mktemp("database") / "template.sqlite3"
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        engine.dispose()
        return str(path)
    name = f"b24app_test_{worker}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    url = POSTGRESQL.rpartition("/")[0] + f"/{name}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> Iterator[str]:
    if not POSTGRESQL:
        path = tmp_path / "app.sqlite3"
        shutil.copyfile(database_template, path)
        yield f"sqlite:///{path}"
        return
    yield database_template
    engine = create_engine(database_template)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
