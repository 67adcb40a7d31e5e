"""What every operator's command gets: one unit of work, and its refusals as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
import marshmallow as ma
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError, ProgrammingError

from school_erp.core.errors import ApplicationError, Invalid, sentences_in
from school_erp.core.unit_of_work import unit_of_work

P = ParamSpec("P")
R = TypeVar("R")


def operated(command: Callable[P, R]) -> Callable[P, R]:
    """Stands under `@group.command()`."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with force_locale("en"):
            try:
                with unit_of_work():
                    return command(*args, **kwargs)
            except ApplicationError as refusal:
                raise click.ClickException(in_sentences(refusal)) from refusal
            except OperationalError as fault:
                raise click.ClickException(
                    f"The database cannot be reached: {fault.orig}"
                ) from fault
            except ProgrammingError as fault:
                raise click.ClickException(
                    f"The database is not at this program's version ({fault.orig}): "
                    "run `flask --app school_erp.cli db upgrade`."
                ) from fault

    return run


@contextmanager
def working(on: str) -> Iterator[None]:
    """Said on a terminal while it lasts; files and pipes get only what is told."""
    terminal = sys.stderr.isatty()
    click.echo(f"{on} …" if terminal else "", nl=False, err=True)
    yield
    # back to the start of the line, which is empty again
    click.echo("\r\033[K" if terminal else "", nl=False, err=True)


def checked(schema: type[ma.Schema], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, held to the same rules as what comes over HTTP."""
    try:
        body: dict[str, Any] = schema().load(
            {name: value for name, value in given.items() if value is not None}
        )
    except ma.ValidationError as refusal:
        raise Invalid(fields=refusal.normalized_messages()) from refusal  # type: ignore[no-untyped-call]
    return body


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In columns as wide as they need to be, for eyes and for `cut` alike."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, *rows)
    )


def in_sentences(refusal: ApplicationError) -> str:
    """The refusal, then each field with what is wrong with it."""
    lines = [str(refusal.message)]
    for field, found in refusal.fields.items():
        lines += [f"  {field}: {sentence}" for sentence in sentences_in(found)]
    return "\n".join(lines)
