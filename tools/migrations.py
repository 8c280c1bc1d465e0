"""Runs every migration forward, compares with the tables, and runs back; on SQLite and, where it is given, PostgreSQL."""

import os
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from flask_migrate import downgrade, upgrade
from pydantic import SecretStr
from sqlalchemy import inspect

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.settings import Settings


def walk(url: str) -> list[str]:
    """Go to the head and back to nothing; answers what differs or stays behind."""
    settings = Settings(
        _env_file=None,
        edition="local",
        public_url="https://renewal.example",
        client_id="check",
        client_secret=SecretStr("check"),
        secret_key=SecretStr("x" * 32),
        seal_keys=(SecretStr(Fernet.generate_key().decode()),),
        database_url=url,
        log_level="error",
    )
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            faults = [str(difference)[:200] for difference in compare_metadata(context, Base.metadata)]
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        db.engine.dispose()
    return faults + [f"table {name} stays after the way back" for name in sorted(left)]


def main() -> int:
    """Walk each database once."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{Path(folder) / 'walk.sqlite3'}"]
        if server := os.environ.get("B24_POSTGRESQL"):
            urls.append(server)
        faults = [f"{url.partition(':')[0]}: {fault}" for url in urls for fault in walk(url)]
    print("\n".join(faults) or "migrations run forward and back and match the tables")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
