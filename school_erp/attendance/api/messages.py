"""What sockets ask of attendance."""

from __future__ import annotations

import marshmallow as ma

from school_erp.attendance.access import Permission
from school_erp.attendance.actions import bulk
from school_erp.attendance.api.job_answers import told, told_at_once, waited
from school_erp.attendance.api.marking import marking_of
from school_erp.attendance.api.waiting import LONGEST, is_small
from school_erp.attendance.events import CLASS
from school_erp.attendance.schemas import MarkingBody
from school_erp.core.access import demand
from school_erp.core.errors import Forbidden
from school_erp.core.schemas import Day, Schema
from school_erp.extensions import socketio
from school_erp.realtime.answers import Answer, Body, answered
from school_erp.realtime.messages import listen_to
from school_erp.realtime.presence import Place, stay
from school_erp.realtime.schemas import Seq
from school_erp.realtime.sizes import fits, size_of
from school_erp.realtime.sockets import Socket


class SubscribeToClassBody(Schema):
    class_id = ma.fields.UUID(required=True)
    after = Seq(strict=True)


class PresenceBody(Schema):
    section_id = ma.fields.UUID(required=True)
    date = Day(required=True)
    slot = ma.fields.Integer(required=True, strict=True)


@socketio.on("subscribeToClass")
@answered(SubscribeToClassBody)
def subscribe_to_class(socket: Socket, body: Body) -> Answer:
    return listen_to(socket, str(CLASS.of(body["class_id"])), body.get("after"))


@socketio.on("presence")
@answered(PresenceBody)
def be_present(socket: Socket, body: Body) -> Answer:
    """Said every few seconds by whoever has a register open; who else has."""
    room = CLASS.of(body["section_id"])
    if str(room) not in socket.rooms or socket.actor.person_id is None:
        raise Forbidden
    names = {
        "section_id": str(body["section_id"]),
        "date": body["date"].isoformat(),
        "slot": body["slot"],
    }
    return {"people": stay(socket, Place(str(socket.actor.school_id), room, names))}


@socketio.on("markAttendance")
@answered(MarkingBody)
def mark_attendance(_socket: Socket, body: Body) -> Answer:
    """The same as POST /school/attendance of a caller who waits.

    Without the records, where they are more than a message carries: the job is asked for them.
    """
    actor = demand(Permission.MARK)
    marking = marking_of(actor, body)
    if is_small(len(marking.records)):
        answer = told_at_once(marking)
    else:
        answer = told(waited(bulk.accept(marking), LONGEST))
    if not fits(size_of(answer)):
        del answer["records"]
    return answer
