"""Ready sets of codes that a school starts from."""

from __future__ import annotations

from dataclasses import dataclass

from school_erp.attendance.vocabulary import StatisticalClass as Class
from school_erp.attendance.vocabulary import Status
from school_erp.schools.roles import OFFICE, Role

EVERY_MARKER = (*OFFICE, Role.TEACHER)


@dataclass(frozen=True, slots=True)
class PackCode:
    code: str
    label: str
    status: Status
    statistical_class: Class
    roles: tuple[Role, ...] = OFFICE
    allowed_in_advance: bool = False
    is_default: bool = False
    prefills: bool = True
    colour: str = "grey"
    slot: int | None = None


SIMPLE = (
    PackCode(
        "P", "Present", Status.PRESENT, Class.PRESENT, EVERY_MARKER, is_default=True, colour="green"
    ),
    PackCode(
        "A",
        "Absent",
        Status.ABSENT,
        Class.UNAUTHORISED,
        EVERY_MARKER,
        is_default=True,
        colour="red",
    ),
    PackCode(
        "L",
        "Late",
        Status.LATE,
        Class.PRESENT,
        EVERY_MARKER,
        is_default=True,
        prefills=False,
        colour="amber",
    ),
    PackCode(
        "E",
        "Excused",
        Status.EXCUSED,
        Class.AUTHORISED,
        EVERY_MARKER,
        True,
        is_default=True,
        colour="blue",
    ),
)


def _present(code: str, label: str, slot: int) -> PackCode:
    return PackCode(
        code,
        label,
        Status.PRESENT,
        Class.PRESENT,
        EVERY_MARKER,
        is_default=True,
        colour="green",
        prefills=False,
        slot=slot,
    )


def _approved(code: str, label: str) -> PackCode:
    return PackCode(code, label, Status.PRESENT, Class.APPROVED, EVERY_MARKER, True, colour="teal")


def _authorised(code: str, label: str, *, is_default: bool = False) -> PackCode:
    return PackCode(
        code,
        label,
        Status.EXCUSED,
        Class.AUTHORISED,
        OFFICE,
        True,
        is_default=is_default,
        colour="blue",
    )


def _impossible(code: str, label: str) -> PackCode:
    return PackCode(code, label, Status.EXCUSED, Class.NOT_POSSIBLE, OFFICE, True, colour="grey")


ENGLAND_2024 = (
    _present("/", "Present in the morning", slot=1),
    _present("\\", "Present in the afternoon", slot=2),
    PackCode(
        "L",
        "Late, before the register closed",
        Status.LATE,
        Class.PRESENT,
        EVERY_MARKER,
        is_default=True,
        prefills=False,
        colour="amber",
    ),
    PackCode(
        "N",
        "Reason not yet known",
        Status.ABSENT,
        Class.UNAUTHORISED,
        EVERY_MARKER,
        is_default=True,
        prefills=False,
        colour="red",
    ),
    PackCode(
        "U",
        "Arrived after the register closed",
        Status.LATE,
        Class.UNAUTHORISED,
        EVERY_MARKER,
        prefills=False,
        colour="red",
    ),
    PackCode("O", "Absent without permission", Status.ABSENT, Class.UNAUTHORISED, colour="red"),
    PackCode(
        "G", "Holiday not granted", Status.ABSENT, Class.UNAUTHORISED, OFFICE, True, colour="red"
    ),
    _approved("K", "Provision arranged by the local authority"),
    _approved("V", "Educational visit"),
    _approved("P", "Sporting activity"),
    _approved("W", "Work experience"),
    _approved("B", "Other approved educational activity"),
    _authorised("C", "Leave in exceptional circumstances", is_default=True),
    _authorised("C1", "Regulated performance or employment abroad"),
    _authorised("C2", "Part-time timetable"),
    _authorised("E", "Suspended or excluded"),
    _authorised("I", "Illness"),
    _authorised("J1", "Interview"),
    _authorised("M", "Medical or dental appointment"),
    _authorised("R", "Religious observance"),
    _authorised("S", "Study leave"),
    _authorised("T", "Parent travelling for work"),
    _impossible("D", "Registered at another school too"),
    _impossible("X", "Not required to attend"),
    _impossible("Q", "No access arrangements made"),
    _impossible("Y1", "Usual transport not available"),
    _impossible("Y2", "Widespread disruption to travel"),
    _impossible("Y3", "Part of the site closed"),
    _impossible("Y4", "Whole site unexpectedly closed"),
    _impossible("Y5", "In the justice system"),
    _impossible("Y6", "Public health law or guidance"),
    _impossible("Y7", "Other unavoidable cause"),
    PackCode("Z", "Not yet on roll", Status.EXCUSED, Class.NOT_COUNTED),
    PackCode("#", "Planned closure", Status.EXCUSED, Class.NOT_COUNTED, OFFICE, True),
)

PACKS = {"simple": SIMPLE, "england-2024": ENGLAND_2024}
