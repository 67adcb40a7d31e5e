from __future__ import annotations

from zoneinfo import ZoneInfo

from school_erp.schools.rules import regions, timezones, timezones_by_place


def test_the_zones_offered_are_places_that_can_be_told_the_time_in() -> None:
    offered = timezones_by_place()
    assert offered[0] == "UTC"
    assert {"Europe/London", "Africa/Nairobi", "America/Argentina/Buenos_Aires"} <= set(offered)
    assert timezones() >= set(offered)
    assert not [name for name in offered if name.startswith(("Etc/", "posix/", "US/"))]
    assert all(ZoneInfo(name) for name in offered)


def test_regions_are_two_letters() -> None:
    assert {"GB", "KE", "FR", "IN"} <= set(regions())
    assert all(len(region) == 2 for region in regions())
