from __future__ import annotations

from school_erp.attendance.models.announced import AnnouncedAbsence
from school_erp.attendance.models.audit import AuditEntry, AuditSeal
from school_erp.attendance.models.marks import Register, StaffAttendance, StudentAttendance
from school_erp.attendance.models.settings import AttendanceCode, AttendanceSettings

__all__ = [
    "AnnouncedAbsence",
    "AttendanceCode",
    "AttendanceSettings",
    "AuditEntry",
    "AuditSeal",
    "Register",
    "StaffAttendance",
    "StudentAttendance",
]
