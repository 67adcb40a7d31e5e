"""See what a file would do; then do exactly that, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from school_erp.core.off_hub import off_hub
from school_erp.core.sheets.errors import LinesRejected, ReportOutOfDate
from school_erp.core.sheets.reading import Sheet, read_sheet
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.imports.columns import CellReader
from school_erp.imports.kinds import Kind
from school_erp.imports.plan import Plan, Record, plan_of
from school_erp.schools.queries import today_here

P = ParamSpec("P")
R = TypeVar("R")

MOST_TOLD = 500


def examine(kind: Kind, content: bytes) -> Plan:
    """What the file would change. Writes nothing."""
    return _plan(kind, content, held=False)


def carry_out(kind: Kind, content: bytes, fingerprint: str, *, skip_rejected: bool = False) -> Plan:
    """Do what the report with this fingerprint showed."""
    _one_file_at_a_time()
    plan = _plan(kind, content, held=True)
    if plan.fingerprint != fingerprint:
        raise ReportOutOfDate
    _write(plan, skip_rejected=skip_rejected)
    return plan


def carry_out_unseen(kind: Kind, content: bytes) -> Plan:
    """For operators, who read the report of what was done, or of why nothing was."""
    _one_file_at_a_time()
    plan = _plan(kind, content, held=True)
    if not plan.mistakes:
        _write(plan, skip_rejected=False)
    return plan


def _plan(kind: Kind, content: bytes, *, held: bool) -> Plan:
    sheet, records = _aside(_read, kind, content)
    known = kind.look_up(records, held=held)
    today = today_here()

    def think() -> Plan:
        kind.plan(records, known)
        return plan_of(kind.name, sheet.delimiter, content, today, records)

    return _aside(think)


def _read(kind: Kind, content: bytes) -> tuple[Sheet, Sequence[Record]]:
    sheet = read_sheet(content, kind.column_names, kind.required_names)
    return sheet, CellReader(kind.columns).records(sheet.lines)


def _aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Thousands of lines keep a processor busy for seconds; other requests go on meanwhile."""
    context = copy_context()
    return off_hub(lambda: context.run(work, *args, **kwargs))


def _write(plan: Plan, *, skip_rejected: bool) -> None:
    if plan.mistakes and not skip_rejected:
        raise LinesRejected(
            records=[
                {"line": it.line, "column": it.column, "message": it.message}
                for it in plan.mistakes[:MOST_TOLD]
            ]
        )
    try:
        plan.write(db.session())
    except IntegrityError as fault:
        # somebody was quicker between our look and our write
        raise ReportOutOfDate from fault
    db.session.expire_all()


def _one_file_at_a_time() -> None:
    lock = func.hashtextextended(f"import:{current_school_id()}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))
