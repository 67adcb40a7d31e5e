"""The application as an operator's commands see it: on the owner's connection.

`flask --app school_erp.cli COMMAND`
"""

from __future__ import annotations

from dataclasses import replace

import click
from flask import Flask
from flask_migrate import Migrate

import school_erp
from config import ROOT, Config
from school_erp.accounts.commands import admin
from school_erp.attendance.commands import attendance, audit
from school_erp.cli.demo.commands import demo
from school_erp.core.settings import UnsafeConfiguration
from school_erp.embedded.errors import ServerUnusable
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from school_erp.imports.commands import imports
from school_erp.realtime.commands import events
from school_erp.schools.commands import school

GROUPS = (school, admin, imports, attendance, audit, events, demo)


def create_app() -> Flask:
    try:
        return operators_app(complete(Config.from_environment()))
    except (UnsafeConfiguration, ServerUnusable) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def operators_app(config: Config) -> Flask:
    if not config.owner_database_url:
        raise UnsafeConfiguration(
            "Commands need OWNER_DATABASE_URL, the role that owns the tables; "
            "DATABASE_URL is the plain role of web and workers."
        )
    as_owner = replace(config, database_url=config.owner_database_url, async_mode="threading")
    app = school_erp.create_app(as_owner)
    app.config.from_mapping(
        RUNTIME_DATABASE_URL=config.database_url,
        PRODUCTION=config.production,
        DEMO_SIZE=config.demo_size,
    )
    Migrate(app, db, directory=str(ROOT / "migrations"))
    for group in GROUPS:
        app.cli.add_command(group)
    return app
