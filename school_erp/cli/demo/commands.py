"""`flask demo seed`: what `python3 dev.py run` calls at every start."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from school_erp.cli.demo.doings import let_the_office_work
from school_erp.cli.demo.parents import let_the_office_reach_families
from school_erp.cli.demo.plans import plans
from school_erp.cli.demo.seeding import demo_school_id
from school_erp.cli.demo.seeding import seed as seed_school
from school_erp.core.commands import operated
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.schools.queries import today_here

demo = AppGroup("demo", help="Schools to look at, with made-up people.")


@demo.command()
@operated
def seed() -> None:
    """Found the demo schools, or bring those there are up to today."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException(
            "The demo's passwords are public, so it is not seeded where ENVIRONMENT is production."
        )
    size = current_app.config["DEMO_SIZE"]
    if size not in {"small", "large"}:
        raise click.ClickException("DEMO_SIZE is either small or large.")
    session = db.session()
    told = [seed_school(session, plan) for plan in plans(size)]
    for plan in plans(size):
        # what is really done is announced, and each school hears only of its own
        with acting_for(demo_school_id(plan), session), unit_of_work():
            let_the_office_work(session, plan, today_here())
            let_the_office_reach_families(session, today_here())
    click.echo(json.dumps({"schools": told}, ensure_ascii=False))
