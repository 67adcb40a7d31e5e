from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import DailyRule, Mode, StatisticalClass, Status, quoted
from school_erp.core.models import Identified, Model, OfOneSchool


class AttendanceSettings(OfOneSchool, Model):
    """One row a school: the rules it marks by."""

    __tablename__ = "attendance_settings"
    __table_args__ = (
        CheckConstraint(f"attendance_mode IN ({quoted(Mode)})", "mode"),
        CheckConstraint(f"daily_rule IN ({quoted(DailyRule)})", "daily_rule"),
        CheckConstraint("daily_sessions IN (1, 2)", "daily_sessions"),
        CheckConstraint("backdate_days BETWEEN 0 AND 366", "backdate_days"),
        CheckConstraint("office_backdate_days BETWEEN backdate_days AND 1100", "office_days"),
        CheckConstraint("closed_after_minutes >= late_after_minutes", "late_before_closed"),
    )

    attendance_mode: Mapped[str] = mapped_column(server_default=Mode.DAILY)
    daily_sessions: Mapped[int] = mapped_column(server_default="1")
    morning_at: Mapped[dt.time] = mapped_column(server_default="08:45")
    afternoon_at: Mapped[dt.time] = mapped_column(server_default="13:00")
    backdate_days: Mapped[int] = mapped_column(server_default="1")
    office_backdate_days: Mapped[int] = mapped_column(server_default="60")
    allow_future_date: Mapped[bool] = mapped_column(server_default=text("false"))
    notification_on_absent: Mapped[bool] = mapped_column(server_default=text("true"))
    late_after_minutes: Mapped[int] = mapped_column(server_default="10")
    closed_after_minutes: Mapped[int] = mapped_column(server_default="30")
    overdue_after_minutes: Mapped[int] = mapped_column(server_default="15")
    # of a register that nobody has begun; never, where it is 0
    register_reminder_minutes: Mapped[int] = mapped_column(server_default="10")
    register_alarm_minutes: Mapped[int] = mapped_column(server_default="20")
    message_hold_minutes: Mapped[int] = mapped_column(server_default="15")
    # never before, however early it was marked
    messages_from: Mapped[dt.time] = mapped_column(server_default="08:00")
    # else the first of the day that was missed, alone
    message_each_lesson: Mapped[bool] = mapped_column(server_default=text("false"))
    message_on_late: Mapped[bool] = mapped_column(server_default=text("false"))
    message_on_arrival: Mapped[bool] = mapped_column(server_default=text("false"))
    # texts paid for in a day, at most
    message_budget: Mapped[int] = mapped_column(server_default="1000")
    quiet_from: Mapped[dt.time] = mapped_column(server_default="20:00")
    quiet_until: Mapped[dt.time] = mapped_column(server_default="07:00")
    offline_grace_hours: Mapped[int] = mapped_column(server_default="24")
    qr_step_seconds: Mapped[int] = mapped_column(server_default="8")
    geofence_metres: Mapped[int | None]
    strict_fence: Mapped[bool] = mapped_column(server_default=text("false"))
    # what those get who had not checked in when a session ends; nothing, where it is empty
    session_end_code: Mapped[str | None]
    staff_check_in_themselves: Mapped[bool] = mapped_column(server_default=text("false"))
    # the school's own beginning, where nothing else is said
    staff_day_starts_at: Mapped[dt.time | None]
    daily_rule: Mapped[str] = mapped_column(server_default=DailyRule.FIRST_LESSON)
    thresholds: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("""'{"early": 95, "line": 90, "severe": 50, "least_sessions": 10}'""")
    )
    version: Mapped[int] = mapped_column(server_default="1")


class AttendanceCode(Identified, Model):
    """A school's word for what happened, and what it means, for as long as it meant it."""

    __tablename__ = "attendance_code"
    __table_args__ = (
        UniqueConstraint("school_id", "code", "starts_on"),
        CheckConstraint(f"status IN ({quoted(Status)})", "status"),
        CheckConstraint(f"statistical_class IN ({quoted(StatisticalClass)})", "class"),
        CheckConstraint("length(code) BETWEEN 1 AND 4", "code"),
        CheckConstraint("ends_on >= starts_on", "order"),
    )

    code: Mapped[str]
    label: Mapped[str]
    status: Mapped[str]
    statistical_class: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    allowed_in_advance: Mapped[bool] = mapped_column(server_default=text("false"))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    prefills: Mapped[bool] = mapped_column(server_default=text("true"))
    position: Mapped[int] = mapped_column(server_default="1")
    colour: Mapped[str] = mapped_column(server_default="grey")
    slot: Mapped[int | None]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
