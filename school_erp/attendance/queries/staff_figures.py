"""What staff's days add up to over a range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import RowMapping, text

from school_erp.attendance.rules.staff_figures import LikeDays, StaffFigures, figures_of
from school_erp.attendance.vocabulary import StatisticalClass, Status
from school_erp.extensions import db
from school_erp.schools.roles import EMPLOYED

# everybody who worked at the school at any time of the range, marked or not
_figures = text("""
    SELECT p.id, concat_ws(' ', coalesce(p.preferred_name, p.given_name), p.family_name) AS name,
           p.sort_name, m.status, c.statistical_class, count(m.date) AS days,
           coalesce(sum(extract(epoch FROM m.checked_out_at - m.checked_in_at)), 0)::bigint
           AS seconds
    FROM person p
    LEFT JOIN staff_attendance m
      ON m.school_id = p.school_id AND m.person_id = p.id AND m.date BETWEEN :first AND :last
    LEFT JOIN attendance_code c
      ON c.school_id = m.school_id AND c.code = m.code AND c.starts_on <= m.date
     AND (c.ends_on IS NULL OR c.ends_on >= m.date)
    WHERE p.school_id = :school AND CASE
      WHEN CAST(:person AS uuid) IS NOT NULL THEN p.id = :person
      ELSE EXISTS (SELECT 1 FROM role_grant g
                   WHERE g.school_id = p.school_id AND g.person_id = p.id
                     AND g.role = ANY(:employed) AND g.starts_on <= :last
                     AND (g.ends_on IS NULL OR g.ends_on >= :first)) END
    GROUP BY p.id, name, p.sort_name, m.status, c.statistical_class
    ORDER BY p.sort_name, p.id""")


@dataclass(frozen=True, slots=True)
class StaffTotal:
    person_id: UUID
    name: str
    sort_name: str
    figures: StaffFigures


def staff_totals(
    school_id: UUID, first: dt.date, last: dt.date, person_id: UUID | None = None
) -> Sequence[StaffTotal]:
    """Each by name, in one statement; or one person's, whether they worked then or not."""
    asked = {
        "school": school_id,
        "first": first,
        "last": last,
        "person": person_id,
        "employed": [role.value for role in EMPLOYED],
    }
    rows = db.session.execute(_figures, asked).mappings()
    return [
        StaffTotal(*who, figures_of(_alike(row) for row in own if row["days"]))
        for who, own in groupby(rows, key=lambda row: (row["id"], row["name"], row["sort_name"]))
    ]


def _alike(row: RowMapping) -> LikeDays:
    counts_as = row["statistical_class"] or StatisticalClass.NOT_COUNTED
    return LikeDays(Status(row["status"]), StatisticalClass(counts_as), row["days"], row["seconds"])
