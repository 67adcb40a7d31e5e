"""`flask school`: what an operator does about schools as a whole."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from school_erp.core.commands import checked, operated, table
from school_erp.schools import actions, queries
from school_erp.schools.rules import usual_weekdays
from school_erp.schools.schemas import NewSchoolBody

school = AppGroup("school", help="The schools of this installation.")


@school.command()
@click.option("--slug", required=True, help="Its short name in addresses and at sign-in.")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="Such as Europe/London.")
@click.option("--locale", default="en", show_default=True, help="The language of its pages.")
@click.option("--region", required=True, help="Its country, in two letters: GB.")
@click.option("--weekdays", help="Days it is open, Monday being 1: 1,2,3,4,5.")
@operated
def create(weekdays: str | None, **given: str) -> None:
    """Found a school. Its first administrator comes next: flask admin create."""
    days = weekdays.split(",") if weekdays else usual_weekdays(given["region"])
    founded = actions.found_school(checked(NewSchoolBody, {**given, "weekdays": days}))
    click.echo(f"Founded {founded.name} ({founded.slug}), {founded.id}.")


@school.command("list")
@operated
def list_() -> None:
    """Every school, whether open or closed."""
    rows = [
        (it.slug, it.name, it.timezone, it.locale, it.region, "open" if it.active else "closed")
        for it in queries.every_school()
    ]
    click.echo(table(("SLUG", "NAME", "TIME ZONE", "LOCALE", "REGION", "STATE"), rows))
