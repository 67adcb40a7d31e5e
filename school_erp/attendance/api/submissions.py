"""Registers submitted on a device, each answered for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from school_erp.attendance.access import marker_of, register_to_change
from school_erp.attendance.actions.submitting import Submitted, submit_as_counted
from school_erp.attendance.errors import MarkingRefused, refusal
from school_erp.attendance.marking import Refusal
from school_erp.attendance.queries.around import names_of
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound

Said = Mapping[str, Any]


def submit_each(actor: Actor, said: Mapping[str, Said]) -> dict[str, Any]:
    """In one order, so that no two requests wait for each other's registers."""
    in_order = sorted(said.items(), key=lambda named: _register(named[1]))
    done = {name: _submit(actor, each) for name, each in in_order}
    others = {each.last.marked_by for each in done.values() if each.last}
    names = names_of(actor.school_id, others) if others else {}
    return {name: _told(each, names) for name, each in done.items()}


def reused_submission(name: str) -> dict[str, Any]:
    """The id was used for something else."""
    return {"id": name, **_told(_rejected("operation_reused"), {})}


def _register(said: Said) -> tuple[Any, ...]:
    return said["date"], said["period"], said["section_id"]


def _submit(actor: Actor, said: Said) -> Submitted:
    place = Place(actor.school_id, said["date"], said["period"])
    try:
        register = register_to_change(actor, place, said["section_id"])
    except Forbidden:
        return _rejected("not_your_class")
    except NotFound:
        return _rejected("unknown_slot")
    except MarkingRefused as refused:
        return _rejected(refused.code)
    return submit_as_counted(register, marker_of(actor), said["counts"], said["submitted_at"])


def _rejected(fault: str) -> Submitted:
    return Submitted(Outcome.REJECTED, error=refusal(fault))


def _told(done: Submitted, names: Mapping[Any, str]) -> dict[str, Any]:
    last = done.last
    told: dict[str, Any] = {
        "outcome": done.outcome.value,
        "counts": dict(done.counts),
        "by": names.get(last.marked_by, "") if last else "",
        "at": last.marked_at.isoformat() if last else None,
    }
    return told | _why(done.error)


def _why(error: Refusal | None) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message}} if error else {}
