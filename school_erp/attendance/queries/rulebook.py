"""A school's rules as they are on one day: settings, codes, and whether the day counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import text

from school_erp.attendance.errors import NotSetUp
from school_erp.attendance.queries.ground import Place, SectionGround, code_of
from school_erp.attendance.rules.codes import CodeSet
from school_erp.attendance.rules.dates import DateFault, Window
from school_erp.attendance.rules.messages import MessageRules
from school_erp.attendance.vocabulary import DailyRule, Mode
from school_erp.extensions import db

# as one text, which stays the same as long as the rules do
RULES = """
    SELECT CAST(row_to_json(known) AS text) AS rules FROM (
        SELECT s.*, school.timezone, school.weekdays, day.kind AS day_kind, day.note AS day_note,
               EXISTS (SELECT 1 FROM academic_session y
                       WHERE y.school_id = school.id AND y.kind = 'year'
                         AND :day BETWEEN y.starts_on AND y.ends_on) AS in_year,
               NOT EXISTS (SELECT 1 FROM academic_session t
                           WHERE t.school_id = school.id AND t.kind = 'term')
               OR EXISTS (SELECT 1 FROM academic_session t
                          WHERE t.school_id = school.id AND t.kind = 'term'
                            AND :day BETWEEN t.starts_on AND t.ends_on) AS in_term,
               (SELECT json_agg(one) FROM attendance_code one
                WHERE one.school_id = school.id) AS codes
        FROM school
        LEFT JOIN attendance_settings s ON s.school_id = school.id
        LEFT JOIN calendar_day day ON day.school_id = school.id AND day.date = :day
        WHERE school.id = :school) AS known"""
_rules = text(RULES)


_time = dt.time.fromisoformat


@dataclass(frozen=True, slots=True)
class Rulebook:
    mode: Mode
    daily_sessions: int
    morning_at: dt.time
    afternoon_at: dt.time
    window: Window
    late_after: int
    closed_after: int
    overdue_after: int
    staff_check_in_themselves: bool
    staff_day_starts_at: dt.time | None
    daily_rule: DailyRule
    messages: MessageRules
    timezone: str
    weekdays: tuple[int, ...]
    codes: CodeSet
    closed_because: str | None
    in_session: bool

    @property
    def no_school(self) -> DateFault | None:
        """Why no class has a register on this day; nothing where they have."""
        if self.closed_because is not None:
            return DateFault.CLOSED
        return None if self.in_session else DateFault.NO_SESSION

    def fault_of(self, day: dt.date, today: dt.date, *, in_office: bool) -> DateFault | None:
        """What stands against marking on this day, whoever it is about."""
        return self.window.fault(day, today, in_office=in_office) or self.no_school

    def has_slot(self, slot: int, section: SectionGround) -> bool:
        """By day a homeroom has its sessions; by period a class has its lessons."""
        if self.mode is Mode.DAILY:
            return section.homeroom and 1 <= slot <= self.daily_sessions
        return section.has_lesson


def rulebook_for(place: Place) -> Rulebook:
    asked = {"school": place.school_id, "day": place.day}
    return read_rules(place.day, db.session.execute(_rules, asked).scalar_one())


@lru_cache(maxsize=256)
def read_rules(day: dt.date, written: str) -> Rulebook:
    """Asked for each time and read once: rules that were changed are written differently."""
    row = json.loads(written)
    if row["attendance_mode"] is None:
        raise NotSetUp
    return Rulebook(
        mode=Mode(row["attendance_mode"]),
        daily_sessions=row["daily_sessions"],
        morning_at=_time(row["morning_at"]),
        afternoon_at=_time(row["afternoon_at"]),
        window=Window(
            backdate_days=row["backdate_days"],
            office_backdate_days=row["office_backdate_days"],
            allow_future_date=row["allow_future_date"],
            offline_grace_hours=row["offline_grace_hours"],
        ),
        late_after=row["late_after_minutes"],
        closed_after=row["closed_after_minutes"],
        overdue_after=row["overdue_after_minutes"],
        staff_check_in_themselves=row["staff_check_in_themselves"],
        staff_day_starts_at=_time(starts_at) if (starts_at := row["staff_day_starts_at"]) else None,
        daily_rule=DailyRule(row["daily_rule"]),
        messages=_messages(row),
        timezone=row["timezone"],
        weekdays=tuple(row["weekdays"]),
        codes=_codes_on(day, row["codes"] or [], row["closed_after_minutes"]),
        closed_because=_closed_because(row, day),
        in_session=row["in_year"] and row["in_term"],
    )


def _messages(row: Mapping[str, Any]) -> MessageRules:
    return MessageRules(
        on_absent=row["notification_on_absent"],
        on_late=row["message_on_late"],
        on_arrival=row["message_on_arrival"],
        each_lesson=row["message_each_lesson"],
        hold_minutes=row["message_hold_minutes"],
        opens=_time(row["messages_from"]),
        quiet_from=_time(row["quiet_from"]),
        quiet_until=_time(row["quiet_until"]),
    )


def _codes_on(day: dt.date, codes: Sequence[dict[str, Any]], closed_after: int) -> CodeSet:
    return CodeSet.on(day, (code_of(code | _dates_of(code)) for code in codes), closed_after)


def _dates_of(code: dict[str, Any]) -> dict[str, dt.date | None]:
    ends_on = code["ends_on"]
    return {
        "starts_on": dt.date.fromisoformat(code["starts_on"]),
        "ends_on": dt.date.fromisoformat(ends_on) if ends_on else None,
    }


def _closed_because(row: Mapping[str, Any], day: dt.date) -> str | None:
    if row["day_kind"] == "closure":
        return row["day_note"] or "closure"
    if day.isoweekday() not in row["weekdays"]:
        return "weekend"
    return None
