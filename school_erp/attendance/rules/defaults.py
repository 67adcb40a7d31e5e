"""What a school's settings are until it chooses: the same as the columns' own defaults."""

from __future__ import annotations

import datetime as dt
from typing import Any

from school_erp.attendance.vocabulary import DailyRule, Mode

DEFAULTS: dict[str, Any] = {
    "attendance_mode": Mode.DAILY.value,
    "daily_sessions": 1,
    "morning_at": dt.time(8, 45),
    "afternoon_at": dt.time(13),
    "backdate_days": 1,
    "office_backdate_days": 60,
    "allow_future_date": False,
    "notification_on_absent": True,
    "late_after_minutes": 10,
    "closed_after_minutes": 30,
    "overdue_after_minutes": 15,
    "register_reminder_minutes": 10,
    "register_alarm_minutes": 20,
    "message_hold_minutes": 15,
    "messages_from": dt.time(8),
    "message_each_lesson": False,
    "message_on_late": False,
    "message_on_arrival": False,
    "message_budget": 1000,
    "quiet_from": dt.time(20),
    "quiet_until": dt.time(7),
    "offline_grace_hours": 24,
    "qr_step_seconds": 8,
    "geofence_metres": None,
    "strict_fence": False,
    "session_end_code": None,
    "staff_check_in_themselves": False,
    "staff_day_starts_at": None,
    "daily_rule": DailyRule.FIRST_LESSON.value,
    "thresholds": {"early": 95, "line": 90, "severe": 50, "least_sessions": 10},
    "version": 0,
}
