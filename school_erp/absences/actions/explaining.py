"""Answering by a link, without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from school_erp.absences.actions.asking import Asked, ask
from school_erp.absences.errors import LinkAnswered, LinkOver
from school_erp.absences.links import opened
from school_erp.absences.models import AbsenceRequest, ExplanationLink
from school_erp.absences.queries.days import named_slots
from school_erp.absences.vocabulary import Through
from school_erp.attendance.marking import Marker
from school_erp.attendance.vocabulary import Source
from school_erp.core.access import address_of_caller, ask_nobody_who_they_are
from school_erp.core.clock import now
from school_erp.core.errors import NotFound, TooMany
from school_erp.core.rate_limit import throttle
from school_erp.core.requests import request_id
from school_erp.core.tenancy import act_for
from school_erp.extensions import db
from school_erp.people.models import Guardianship, Person
from school_erp.schools.models import School
from school_erp.schools.roles import Role

WRONG_TOKENS = "20 per minute"
ANSWERS = "20 per 10 minute"


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What the message said, and no more than that may be shown."""

    link: ExplanationLink
    school: School
    student: Person
    guardian: Person

    @property
    def given_name(self) -> str:
        return self.student.preferred_name or self.student.given_name


def open_link(token: str, *, hold: bool = False) -> OpenLink:
    """What a token leads to, as long as it may be answered. From here on we work for its school."""
    here = address_of_caller()
    if wait := throttle().seconds_to_wait(WRONG_TOKENS, "explain", here):
        raise TooMany(retry_after=wait)
    name = opened(token, current_app.config["SECRET_KEY"])
    if name is None:
        throttle().count(WRONG_TOKENS, "explain", here)
        raise NotFound
    ask_nobody_who_they_are()
    act_for(name.school_id, db.session)
    return _still_open(name.school_id, name.link_id, hold=hold)


def explain(token: str, body: Mapping[str, Any], file: bytes | None) -> AbsenceRequest:
    """Once: a second answer by the same link is told that it was answered."""
    found = open_link(token, hold=True)
    link = found.link
    if wait := throttle().attempt(ANSWERS, "explain", str(link.id)):
        raise TooMany(retry_after=wait)
    absence = ask(
        found.student,
        _asked(link, body),
        _teller(found.guardian),
        through=Through.LINK,
        asked_by=link.guardian_id,
        file=file,
    )
    link.answered_at, link.absence_id = now(), absence.id
    db.session.flush()
    return absence


def _still_open(school_id: UUID, link_id: UUID, *, hold: bool) -> OpenLink:
    link = db.session.get(
        ExplanationLink, (school_id, link_id), with_for_update=hold, populate_existing=hold
    )
    school = db.session.get(School, school_id)
    if link is None or school is None or not school.active:
        raise NotFound
    if link.answered_at is not None:
        raise LinkAnswered
    if link.revoked_at is not None or link.expires_at <= now() or not _still_theirs(link):
        raise LinkOver
    student = db.session.get_one(Person, (school_id, link.student_id))
    return OpenLink(
        link, school, student, db.session.get_one(Person, (school_id, link.guardian_id))
    )


def _still_theirs(link: ExplanationLink) -> bool:
    """Somebody who may no longer be contacted may no longer answer either."""
    query = select(Guardianship.id).where(
        Guardianship.school_id == link.school_id,
        Guardianship.student_id == link.student_id,
        Guardianship.guardian_id == link.guardian_id,
        Guardianship.do_not_contact.is_(False),
    )
    return db.session.scalar(query) is not None


def _asked(link: ExplanationLink, body: Mapping[str, Any]) -> Asked:
    last = body.get("ends_on") or link.date
    only_then = last == link.date and not body["whole_day"]
    return Asked(
        starts_on=link.date,
        ends_on=last,
        slots=named_slots(link.slots) if only_then else [],
        reason=body["reason"],
        note=body.get("note", ""),
    )


def _teller(guardian: Person) -> Marker:
    return Marker(
        person_id=guardian.id,
        name=guardian.name,
        role=Role.GUARDIAN,
        in_office=False,
        source=Source.REQUEST,
        request_id=request_id(),
        address=address_of_caller(),
    )
