"""`flask import people|sections|enrolments`: the files of the import pages, from a terminal."""

from __future__ import annotations

from itertools import islice
from typing import BinaryIO

import click
from flask.cli import AppGroup

from school_erp.core.commands import operated, working
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.imports import actions
from school_erp.imports.kinds import KINDS, Kind
from school_erp.imports.plan import Plan, Record
from school_erp.schools.queries import school_called

imports = AppGroup("import", help="Bring a school's records in from CSV files.")

MOST_SHOWN = 40


def _command(kind: Kind) -> None:
    @imports.command(kind.name, help=f"Columns: {', '.join(kind.column_names)}.")
    @click.option("--school", "slug", required=True, help="The school's short name.")
    @click.option("--dry-run", is_flag=True, help="Only tell what the file would change.")
    @click.argument("file", type=click.File("rb"))
    @operated
    def run(slug: str, file: BinaryIO, *, dry_run: bool) -> None:
        _import_file(kind, slug, file, dry_run=dry_run)


for _kind in KINDS.values():
    _command(_kind)


def _import_file(kind: Kind, slug: str, file: BinaryIO, *, dry_run: bool) -> None:
    content = file.read()
    school = school_called(slug)
    with acting_for(school.id, db.session()), working(f"Reading {file.name}"):
        if dry_run:
            plan = actions.examine(kind, content)
        else:
            plan = actions.carry_out_unseen(kind, content)
    _tell(plan, dry_run=dry_run)
    if plan.mistakes:
        raise click.ClickException("Nothing was imported, because some lines have mistakes.")


def _tell(plan: Plan, *, dry_run: bool) -> None:
    for record in islice(plan.worth_telling, MOST_SHOWN):
        if not record.mistakes:
            click.echo(_line(record))
    for mistake in plan.mistakes[:MOST_SHOWN]:
        where = (
            f"Line {mistake.line}, {mistake.column}" if mistake.column else f"Line {mistake.line}"
        )
        click.echo(f"{where}: {mistake.message}", err=True)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in plan.counts.items())
    click.echo(f"{counts}.{' Nothing was written: this was a dry run.' if dry_run else ''}")


def _line(record: Record) -> str:
    changes = "; ".join(
        f"{name}: {change.new}" if record.is_new else f"{name}: {change.old} → {change.new}"
        for name, change in record.changes.items()
    )
    return f"Line {record.line}, {record.label} {record.outcome}: {changes}"
