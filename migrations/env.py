"""Runs migrations inside the application: `flask --app app db upgrade`."""

from alembic import context
from flask import current_app

from b24app.database import Base, db


def run_migrations() -> None:
    """Run inside one transaction; SQLite changes tables by copying them."""
    with db.engine.connect() as connection:
        options = current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
