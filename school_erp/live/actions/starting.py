from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import exists, select

from school_erp.attendance.access import marker_of
from school_erp.attendance.models import AttendanceSettings
from school_erp.attendance.queries.ground import Place, SectionGround
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.attendance.queries.slots import slot_due
from school_erp.core.access import Actor
from school_erp.core.clock import now
from school_erp.core.errors import invalid
from school_erp.core.ids import new_id
from school_erp.extensions import db
from school_erp.live.access import sections_to_start
from school_erp.live.actions.announcing import announce_status
from school_erp.live.actions.telling import open_pulse
from school_erp.live.arrivals import Session
from school_erp.live.errors import AlreadyLive
from school_erp.live.models import LiveGroup, LiveSession
from school_erp.live.queries.sessions import sessions_at, slot_begins
from school_erp.schools.queries import today_here

# nobody means to leave one open overnight
LONGEST = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for every session that is started together."""

    actor: Actor
    place: Place
    rules: Rulebook
    settings: AttendanceSettings
    wishes: dict[str, Any]
    moment: dt.datetime


def start_sessions(actor: Actor, wishes: dict[str, Any]) -> Sequence[Session]:
    """One class, or several as a group that shares a room and a code."""
    section_ids = wishes.get("section_ids") or [wishes["section_id"]]
    day = today_here()
    slot = wishes.get("period") or slot_due(actor.school_id, section_ids[0], day)
    place = Place(actor.school_id, day, slot)
    sections, rules = sections_to_start(actor, place, section_ids)
    _refuse_second(place, sections)
    settings = db.session.get_one(AttendanceSettings, actor.school_id)
    around = Circumstances(actor, place, rules, settings, wishes, now())
    group = _group(actor) if wishes.get("section_ids") else None
    begins_at = _begins(around)
    rows = [_session(around, section, group, begins_at) for section in sections]
    db.session.add_all(rows)
    db.session.flush()
    started = sessions_at(actor.school_id, group.id if group else rows[0].id)
    open_pulse(started[0])
    announce_status(started)
    return started


def _refuse_second(place: Place, sections: Sequence[SectionGround]) -> None:
    """An index holds it where two start at once."""
    running = exists().where(
        LiveSession.school_id == place.school_id,
        LiveSession.section_id.in_([section.id for section in sections]),
        LiveSession.date == place.day,
        LiveSession.slot == place.slot,
        LiveSession.ended_at.is_(None),
    )
    if db.session.scalar(select(running)):
        raise AlreadyLive


def _group(actor: Actor) -> LiveGroup:
    group = LiveGroup(school_id=actor.school_id, id=new_id(), started_by=actor.person_id)
    db.session.add(group)
    db.session.flush()
    return group


def _session(
    around: Circumstances, section: SectionGround, group: LiveGroup | None, begins_at: dt.datetime
) -> LiveSession:
    wishes, place, marker = around.wishes, around.place, marker_of(around.actor)
    lasts = dt.timedelta(minutes=wishes["ends_in"]) if wishes.get("ends_in") else LONGEST
    return LiveSession(
        school_id=place.school_id,
        id=new_id(),
        group_id=group.id if group else None,
        section_id=section.id,
        date=place.day,
        slot=place.slot,
        single_use=wishes["single_use"],
        join_required=wishes["join_required"],
        step_seconds=around.settings.qr_step_seconds,
        begins_at=begins_at,
        late_after_minutes=around.rules.late_after,
        started_by=around.actor.person_id,
        starter_name=marker.name,
        starter_role=marker.role,
        started_at=around.moment,
        ends_at=around.moment + lasts,
        **_fence(around),
    )


def _begins(around: Circumstances) -> dt.datetime:
    """From when minutes late are counted: as said, else when the session or lesson begins."""
    said: dt.datetime | None = around.wishes.get("begins_at")
    if said is not None and abs(said - around.moment) > LONGEST:
        raise invalid("begins_at", _("This is more than twelve hours from now."))
    place = around.place
    return said or slot_begins(place.school_id, place.day, place.slot, around.rules.timezone)


def _fence(around: Circumstances) -> dict[str, Any]:
    asked, metres = around.wishes.get("geofence"), around.settings.geofence_metres
    if asked is None:
        return {}
    if metres is None:
        raise invalid("geofence", _("Your school does not ask where people are: see the settings."))
    return {
        "latitude": asked["latitude"],
        "longitude": asked["longitude"],
        "fence_metres": asked.get("metres") or metres,
        "fence_strict": around.settings.strict_fence,
    }
