"""The trail as people read it: newest first, with the names of whom and what it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, text

from school_erp.attendance.models import AuditEntry
from school_erp.attendance.vocabulary import Source
from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.queries.names import name_in_sql
from school_erp.schools.queries import own_school

_names = text(
    f"""
    SELECT p.id, {name_in_sql("p")} AS name
    FROM person p WHERE p.school_id = :school AND p.id = ANY(:ids)
    UNION ALL
    SELECT id, name FROM section
    WHERE school_id = :school AND id = ANY(:ids)"""  # noqa: S608 - the part put in is our own
)


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry. An amendment is one that has a before and an after."""

    entry: AuditEntry
    student: str
    section: str
    person: str
    source: str

    @property
    def is_amendment(self) -> bool:
        return self.entry.before is not None and self.entry.after is not None

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Field, before, after; only what differs."""
        before, after = self.entry.before or {}, self.entry.after or {}
        names = dict.fromkeys((*before, *after))
        found = [(name, before.get(name), after.get(name)) for name in names]
        return [(name, old, new) for name, old, new in found if old != new and name not in _SILENT]


# what nobody asks an amendment about
_SILENT = {"version", "source", "id", "arrived_at"}


def trail(asked: Mapping[str, Any]) -> Page[EntryShown]:
    page = page_of(
        db.session(),
        select(AuditEntry).where(AuditEntry.school_id == current_school_id(), *_conditions(asked)),
        order=(AuditEntry.transaction.expression, AuditEntry.id.expression),
        position=lambda entry: (entry.transaction, entry.id),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
        descending=True,
    )
    return Page(_shown(page.items), page.next_cursor)


def _conditions(asked: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    same = ("student_id", "section_id", "actor_id", "person_id", "what")
    found = [getattr(AuditEntry, name) == asked[name] for name in same if asked.get(name)]
    if "about" in asked:
        found.append(
            or_(AuditEntry.student_id.in_(asked["about"]), AuditEntry.person_id.in_(asked["about"]))
        )
    if asked.get("amendments"):
        found += [AuditEntry.before.is_not(None), AuditEntry.after.is_not(None)]
    if asked.get("from_"):
        found.append(_on_or_after(asked["from_"]))
    if asked.get("to"):
        found.append(~_on_or_after(asked["to"] + dt.timedelta(days=1)))
    return found


def _on_or_after(day: dt.date) -> ColumnElement[bool]:
    """By the day that was marked; what concerns no such day, by the day it was done."""
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(own_school().timezone))
    return or_(
        and_(AuditEntry.date.is_not(None), AuditEntry.date >= day),
        and_(AuditEntry.date.is_(None), AuditEntry.at >= midnight),
    )


def _shown(entries: Sequence[AuditEntry]) -> list[EntryShown]:
    names = _names_of(
        each
        for entry in entries
        for each in (entry.student_id, entry.section_id, entry.person_id)
        if each
    )
    return [
        EntryShown(
            entry=entry,
            student=names.get(entry.student_id, ""),
            section=names.get(entry.section_id, ""),
            person=names.get(entry.person_id, ""),
            source=Source(entry.source).name if entry.source else "",
        )
        for entry in entries
    ]


def _names_of(ids: Iterable[UUID]) -> dict[UUID | None, str]:
    asked = {"school": current_school_id(), "ids": sorted(set(ids))}
    return {row.id: row.name for row in db.session.execute(_names, asked)}
