"""A class: who is in it, who stands in, and when it meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from school_erp.academics.access import (
    Permission,
    covers_visible_to,
    roster_for,
    sees_whole_school,
)
from school_erp.academics.models import Cover
from school_erp.academics.openable import openable_people
from school_erp.academics.queries import calendar, sections, slots
from school_erp.academics.queries.covers import covers_of_section
from school_erp.academics.queries.rosters import Members, members_of
from school_erp.academics.wording import SECTION_KINDS, WEEKDAYS, WEEKS
from school_erp.core.access import Actor, may
from school_erp.schools.queries import today_here


def class_page(actor: Actor, section_id: UUID) -> dict[str, Any]:
    roster = roster_for(actor, section_id)
    members = members_of(roster, ever=sees_whole_school(actor))
    return {
        "section": sections.in_context(roster.section),
        "day": roster.on,
        "today": today_here(),
        "members": members,
        "own_only": roster.only is not None,
        "openable": openable_people(actor, _everyone(members)),
        "covers": _covers(actor, section_id),
        "entries": slots.entries_from(section_id, roster.on),
        "periods": {period.slot: period for period in calendar.periods()},
        "kinds": SECTION_KINDS,
        "weekdays": WEEKDAYS,
        "weeks": WEEKS,
    }


def _everyone(members: Members) -> set[UUID]:
    groups = (members.students, members.teachers, members.coming, members.former)
    return {held.person_id for group in groups for held in group}


def _covers(actor: Actor, section_id: UUID) -> Sequence[Cover]:
    if not may(Permission.COVER_READ, actor):
        return ()
    return covers_of_section(section_id, today_here(), covers_visible_to(actor))
