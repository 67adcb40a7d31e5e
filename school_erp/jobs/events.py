from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.realtime.declaring import Channel, EventType
from school_erp.realtime.rooms import USER, RoomKind

JOB = RoomKind("job:", "job", "Whoever asked for the job, and the office.")


class JobEnded(Schema):
    job_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)
    total = ma.fields.Integer(required=True)
    counts = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        required=True,
        metadata={"description": "Records by what became of them"},
    )


class JobMoved(JobEnded):
    done = ma.fields.Integer(required=True)
    percent = ma.fields.Integer(required=True)


JOB_PROGRESS = EventType(
    "JOB_PROGRESS", Channel.JOB, (JOB, USER), JobMoved, "A part of a job is done and stored."
)
JOB_FINISHED = EventType(
    "JOB_FINISHED",
    Channel.JOB,
    (JOB, USER),
    JobEnded,
    "A job has ended: done, failed or cancelled.",
)
EVENTS = (JOB_PROGRESS, JOB_FINISHED)
