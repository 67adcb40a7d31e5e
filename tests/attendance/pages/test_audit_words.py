"""The trail speaks the words of the forms, not those of the database."""

from __future__ import annotations

from collections.abc import Callable

from school_erp.attendance.actions.codes import CHANGEABLE
from school_erp.attendance.pages.audit_words import FIELDS
from school_erp.attendance.settings_schemas import SettingsBody, ThresholdsBody
from tests.world import Caller, Visitor, World

SETTINGS = "/api/v1/school/attendance/settings"


def test_whatever_can_be_changed_has_a_name_that_people_know() -> None:
    settings = {*SettingsBody().fields, *ThresholdsBody().fields} - {"reason", "base_version"}
    assert settings <= FIELDS.keys()
    assert set(CHANGEABLE) <= FIELDS.keys()


def test_a_change_of_settings_reads_like_the_form_it_was_made_in(
    as_: Callable[..., Caller], visiting: Callable[..., Visitor], founded: World
) -> None:
    changes = {"backdate_days": 9, "daily_rule": "minutes", "notification_on_absent": False}
    assert as_("ada").patch(SETTINGS, json=changes).status_code == 200
    page = visiting("ada").get("/attendance/audit?what=settings").text.partition("<main")[2]
    for words in ("Teachers, days back", "A day of lessons counts by", "the minutes attended"):
        assert words in page
    assert "Tell guardians of an absence" in page
    for field in changes:
        assert field not in page
