"""Statuses and counts in words, for the page and for its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from school_erp.attendance.vocabulary import Status


def status_words() -> dict[str, str]:
    return {
        Status.PRESENT.value: _("Present"),
        Status.ABSENT.value: _("Absent"),
        Status.LATE.value: _("Late"),
        Status.EXCUSED.value: _("Excused"),
    }


def told_counts(counts: Mapping[str, int]) -> str:
    """26 present, 2 absent, 1 late."""
    told = {
        "PRESENT": ngettext("%(num)s present", "%(num)s present", counts.get("PRESENT", 0)),
        "ABSENT": ngettext("%(num)s absent", "%(num)s absent", counts.get("ABSENT", 0)),
        "LATE": ngettext("%(num)s late", "%(num)s late", counts.get("LATE", 0)),
        "EXCUSED": ngettext("%(num)s excused", "%(num)s excused", counts.get("EXCUSED", 0)),
        "unmarked": ngettext("%(num)s not marked", "%(num)s not marked", counts.get("unmarked", 0)),
    }
    always = ("PRESENT", "ABSENT")
    return str(_(", ")).join(told[each] for each in told if counts.get(each) or each in always)


def words_for_script() -> dict[str, Any]:
    return {
        "unmarked": _("Not marked"),
        "office": _("the office"),
        "somebody": _("somebody else"),
        "changedMeanwhile": _("{who} changed this at {when} to: {theirs}. You chose: {yours}."),
        "officeStands": _("What the office entered stands: {theirs}. You chose: {yours}."),
        "useMine": _("Use mine"),
        "keepTheirs": _("Keep theirs"),
        "tryAgain": _("Try again"),
        "discard": _("Discard my mark"),
        "waits": _("{yours}, chosen at {when}. It is sent as soon as there is a connection."),
        "youChose": _("You chose: {yours}."),
        "moved": {
            "open": _("This register was opened again meanwhile."),
            "submitted": _("This register was submitted meanwhile."),
            "locked": _("This register was locked meanwhile."),
            "rules": _("The rules or codes of the school were changed meanwhile."),
        },
        "show": _("Show it as it is now"),
        "undone": _("Undone."),
        "overtaken": _("Somebody else changed this since. Choose what is right instead."),
        "counts": {
            "PRESENT": _("{n} present"),
            "ABSENT": _("{n} absent"),
            "LATE": _("{n} late"),
            "EXCUSED": _("{n} excused"),
            "unmarked": _("{n} not marked"),
        },
        "submit": _("{counts}: submit"),
        "keptHere": _("Kept on this device, and sent as soon as there is a connection."),
        "unread": _("Sealed here until the school can be reached again: {n}."),
        "ofOthers": _("Kept here for somebody else, and sent when they sign in here again: {n}."),
        "submitWaits": _("This register is submitted as soon as there is a connection: {counts}."),
        "submitHeld": _("This register is submitted once its marks are settled: {counts}."),
        "submitDiffers": _("Not submitted. You counted: {yours}. Now: {theirs}."),
        "changedLast": _("{who} changed it last, at {when}."),
        "submitRefused": _("Not submitted. {why}"),
        "submitAsIs": _("Submit as it is now"),
        "submitNot": _("Do not submit"),
        "submitted": _("{name} is submitted: {counts}."),
        "minutes": _("{n} min"),
        "comma": _(", "),
    }
