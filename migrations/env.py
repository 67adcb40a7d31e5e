from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import make_url

from school_erp.core.rights import grant_runtime

database = current_app.extensions["migrate"].db


def run_migrations_online() -> None:
    """Migrate as the owner, then say what the runtime role may do with each table."""
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata)
        with context.begin_transaction():
            context.run_migrations()
        runtime = make_url(current_app.config["RUNTIME_DATABASE_URL"]).username
        if runtime and runtime != database.engine.url.username:
            grant_runtime(connection, runtime)
            connection.commit()


run_migrations_online()
