"""Dates that no school means, wherever one may be asked for: a sentence, and nothing stored."""

from __future__ import annotations

from collections.abc import Callable

from tests.world import Caller, World

API = "/api/v1/school/attendance"
FAR = ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31")


def test_a_day_too_far_away_is_told_so_everywhere(
    as_: Callable[..., Caller], founded: World, count: Callable[[str], int]
) -> None:
    olive, tom = as_("olive"), as_("tom")
    asked = {
        "/registers": ["on"],
        "/attendance/staff": ["on"],
        "/attendance/staff/me": ["from", "to"],
        f"/attendance/staff/{founded.tom}": ["from", "to"],
        "/attendance/staff/report": ["from", "to"],
        "/attendance/audit": ["from", "to"],
        "/timetable": ["on"],
        f"{API}/registers": ["on"],
        f"{API}/staff": ["on"],
        f"{API}/audit": ["from", "to"],
        f"{API}/codes": ["on"],
        f"{API}/students/{founded.pia}/summary": ["from", "to"],
    }
    for day in FAR:
        for page, names in asked.items():
            for name in names:
                told = olive.get(f"{page}?{name}={day}")
                assert told.status_code == 422, f"{page}?{name}={day}"
        record = {"student_id": str(founded.pia), "status": "PRESENT"}
        marking = {"date": day, "section_id": str(founded.homeroom_7a), "records": [record]}
        assert tom.post(API, json=marking).status_code == 422
        assert tom.get(f"/registers/{founded.homeroom_7a}/{day}/1").status_code == 404
        mark = f"{API}/marks/{founded.pia}/{day}/1"
        assert tom.patch(mark, json={"status": "PRESENT"}).status_code == 404
        sheet = f"date,student,status\n{day},X-pia,PRESENT\n".encode()
        seen = olive.post(f"{API}/uploads", data=sheet, content_type="text/csv").get_json()
        assert [mistake["line"] for mistake in seen["mistakes"]] == [2]
    assert (count("job"), count("register"), count("student_attendance")) == (0, 0, 0)
