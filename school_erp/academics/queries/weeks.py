"""Whether a class meets in the week of a day, as a part of SQL."""

from __future__ import annotations


def in_its_week(lesson: str, day: str, year: str) -> str:
    """Of the aliases named: in every week, or in A and B weeks since the one the year began in."""
    since = f"date_trunc('week', {day})::date - date_trunc('week', {year}.starts_on)::date"
    week = f"CASE WHEN ({since}) / 7 % 2 = 0 THEN 'a' ELSE 'b' END"
    return f"({lesson}.weeks = 'every' OR {lesson}.weeks = {week})"
