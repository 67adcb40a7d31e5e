"""A session's list as rows of a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from school_erp.live.queries.lists import Line
from school_erp.schools.queries import own_school


def sheet_of(lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    zone = ZoneInfo(own_school().timezone)

    def local(moment: dt.datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""

    yield (
        _("Class"),
        _("Student"),
        _("Came"),
        _("Joined at"),
        _("Checked in at"),
        _("Mark"),
        _("Minutes late"),
        _("Flags"),
        _("Decision"),
    )
    for line in lines:
        yield (
            line.section_name,
            line.name,
            line.standing,
            local(line.joined_at),
            local(line.attended_at),
            line.code,
            line.minutes_late,
            " ".join(line.flags),
            line.decision,
        )
