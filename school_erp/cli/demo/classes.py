"""Homerooms and taught classes, who is in them, and when they meet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from school_erp.academics.models import Course, Enrolment, Section, TimetableEntry
from school_erp.cli.demo.draft import Draft
from school_erp.cli.demo.plans import Homeroom
from school_erp.cli.demo.population import Pupil

DAYS = range(1, 8)


class Classes:
    def __init__(self, draft: Draft, year_id: UUID) -> None:
        self._draft, self._year_id = draft, year_id
        self._courses: dict[str, UUID] = {}

    def homeroom(self, homeroom: Homeroom, pupils: Iterable[Pupil], teacher: UUID) -> UUID:
        section_id = self._add(homeroom.name, "homeroom", homeroom.grade, homeroom.room, None)
        self._fill(section_id, pupils, teacher)
        return section_id

    def taught(
        self, subject: str, homeroom: Homeroom, pupils: Iterable[Pupil], teacher: UUID
    ) -> UUID:
        """A homeroom's class in one subject."""
        name = f"{homeroom.name} {subject}"
        section_id = self._add(
            name, "scheduled", homeroom.grade, homeroom.room, self._course(subject)
        )
        self._fill(section_id, pupils, teacher)
        return section_id

    def meet(self, section_id: UUID, weekday: int, slot: int, room: str, weeks: str) -> None:
        self._draft.add(
            TimetableEntry,
            section_id=section_id,
            weekday=weekday,
            slot=slot,
            weeks=weeks,
            room=room,
            starts_on=self._draft.first_day,
        )

    def _add(self, name: str, kind: str, grade: str, room: str, course_id: UUID | None) -> UUID:
        return self._draft.add(
            Section,
            name=name,
            kind=kind,
            grade=grade,
            room=room,
            course_id=course_id,
            academic_session_id=self._year_id,
            external_id=external_id_of(name),
        )

    def _course(self, subject: str) -> UUID:
        if subject not in self._courses:
            code = subject[:3].upper()
            self._courses[subject] = self._draft.add(
                Course, name=subject, code=code, external_id=f"course-{code.lower()}"
            )
        return self._courses[subject]

    def _fill(self, section_id: UUID, pupils: Iterable[Pupil], teacher: UUID) -> None:
        self._enrol(section_id, Pupil(teacher, self._draft.first_day), "teacher")
        for pupil in pupils:
            self._enrol(section_id, pupil, "student")

    def _enrol(self, section_id: UUID, who: Pupil, role: str) -> None:
        self._draft.add(
            Enrolment,
            section_id=section_id,
            person_id=who.person_id,
            role=role,
            starts_on=who.since,
            ends_on=who.until,
        )


def external_id_of(section_name: str) -> str:
    return re.sub(r"\W+", "-", section_name.lower())
