"""When a message may leave, by the school's own clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from school_erp.attendance.rules.messages import MessageRules

# what is put right of long ago is no news to a family
NEWS = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from an evening to a morning, or within a day; never, where both are the same."""

    zone: ZoneInfo
    hold: dt.timedelta
    opens: dt.time
    quiet_from: dt.time
    quiet_until: dt.time


def hours_of(rules: MessageRules, timezone: str) -> Hours:
    return Hours(
        zone=ZoneInfo(timezone),
        hold=dt.timedelta(minutes=rules.hold_minutes),
        opens=rules.opens,
        quiet_from=rules.quiet_from,
        quiet_until=rules.quiet_until,
    )


def is_news(day: dt.date, today: dt.date) -> bool:
    return today - NEWS <= day <= today


def due_at(now: dt.datetime, hours: Hours, *, held: bool = True) -> dt.datetime:
    """Quiet hours win, where a school opens in the middle of them."""
    moment = now + hours.hold if held else now
    return _after_quiet(_after_opening(_after_quiet(moment, hours), hours), hours)


def _after_opening(moment: dt.datetime, hours: Hours) -> dt.datetime:
    here = moment.astimezone(hours.zone)
    if here.time() >= hours.opens:
        return moment
    return max(moment, _at(here.date(), hours.opens, hours.zone))


def _after_quiet(moment: dt.datetime, hours: Hours) -> dt.datetime:
    here = moment.astimezone(hours.zone)
    time, starts, ends = here.time(), hours.quiet_from, hours.quiet_until
    if starts <= ends:
        is_quiet, is_tomorrow = starts <= time < ends, False
    else:
        is_quiet, is_tomorrow = time >= starts or time < ends, time >= starts
    if not is_quiet:
        return moment
    return max(moment, _at(here.date() + dt.timedelta(days=is_tomorrow), ends, hours.zone))


def _at(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The later one of an hour that comes twice; past an hour that does not come, all of it."""
    both = (dt.datetime.combine(day, time.replace(fold=fold), zone) for fold in (0, 1))
    return max(each.astimezone(dt.UTC) for each in both)
