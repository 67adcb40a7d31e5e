"""`flask attendance` and `flask audit`: what an operator does about marking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from sqlalchemy import select

from school_erp.attendance.actions.sealing import (
    Noted,
    Verdict,
    go_on_from,
    reached,
    seal,
    verify,
)
from school_erp.attendance.actions.settings import set_up
from school_erp.attendance.marking import Marker
from school_erp.attendance.packs import PACKS
from school_erp.attendance.queries.beginnings import first_day
from school_erp.attendance.vocabulary import Mode, Source
from school_erp.core.commands import operated
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.schools.models import School

attendance = AppGroup("attendance", help="How schools take attendance.")
audit = AppGroup("audit", help="The audit trails, and whether they are whole.")

OPERATOR = Marker(
    person_id=None, name="Operator", role="operator", in_office=True, source=Source.OFFICE
)
one_school = click.option("--school", "slug", required=True, help="The school's short name.")
any_school = click.option("--school", "slug", help="Only the school of this short name.")


@attendance.command("found")
@one_school
@click.option("--mode", type=click.Choice([*Mode]), required=True)
@click.option("--pack", type=click.Choice(sorted(PACKS)), required=True)
@click.option("--sessions", type=click.IntRange(1, 2), default=1, show_default=True)
@operated
def found(slug: str, mode: str, pack: str, sessions: int) -> None:
    """Give a school its first attendance settings and codes."""
    [school] = _schools(slug)
    with _for(school):
        set_up(OPERATOR, mode, pack, first_day(), sessions)
    click.echo(f"{school.slug} takes attendance by {mode.lower()}, with the codes of {pack}.")


def read_noted(_context: object, _option: object, given: str | None) -> Noted | None:
    if given is None:
        return None
    link, _colon, seal_hash = given.partition(":")
    try:
        return Noted(int(link), bytes.fromhex(seal_hash))
    except ValueError as fault:
        raise click.BadParameter("Give the link's number, a colon and its hash.") from fault


@audit.command("verify")
@any_school
@click.option(
    "--noted",
    callback=read_noted,
    help="NUMBER:HASH of a link, as an earlier verification or the log told it.",
)
@operated
def verify_trails(slug: str | None, noted: Noted | None) -> None:
    """Say of each trail whether it is whole; else name the first entry that is not as sealed."""
    if noted and not slug:
        raise click.ClickException("A noted link belongs to one school: name it with --school.")
    broken = 0
    for school in _schools(slug):
        with _for(school):
            verdict = verify(school.id, noted)
        broken += verdict.fault is not None
        click.echo(f"{school.slug}: {_in_words(verdict)}")
    if broken:
        raise click.exceptions.Exit(1)


@audit.command("seal")
@any_school
@operated
def seal_trails(slug: str | None) -> None:
    """Add a link for what was noted since the last one; upkeep does it every minute."""
    for school in _schools(slug):
        with _for(school):
            click.echo(f"{school.slug}: {seal(school.id)} entries sealed")


@audit.command("restored")
@operated
def restored() -> None:
    """Let trails go on after a backup was restored on another server; before anything else runs."""
    furthest = 0
    for school in _schools(None):
        with _for(school):
            furthest = max(furthest, reached(school.id))
    if go_on_from(furthest):
        click.echo(f"What is noted from now on stands after what was restored ({furthest}).")
    else:
        click.echo("Nothing to do: this server is further than what was restored.")


def _in_words(verdict: Verdict) -> str:
    if verdict.fault is None:
        last = verdict.last
        upto = f", the last link is {last.link}:{last.hash.hex()}" if last else ""
        return f"{verdict.held} entries hold{upto}"
    fault = verdict.fault
    what = f"entry {fault.entry} {fault.why}" if fault.entry else fault.why
    return f"BROKEN in link {fault.link}: {what} ({verdict.held} entries before it hold)"


def _schools(slug: str | None) -> list[School]:
    query = select(School).order_by(School.slug)
    found = list(db.session.scalars(query.where(School.slug == slug) if slug else query))
    if slug and not found:
        raise click.ClickException(f"There is no school “{slug}”: see flask school list.")
    return found


@contextmanager
def _for(school: School) -> Iterator[None]:
    """The school stays in force until what was done for it is stored."""
    with acting_for(school.id, db.session()), unit_of_work():
        yield
