from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from school_erp.academics.models import Cover


@dataclass(frozen=True, slots=True)
class Covering:
    """Who stands in where and when: what matters of a cover to whoever has it."""

    cover_id: UUID
    person_id: UUID
    section_id: UUID
    date: dt.date
    slot: int | None

    @classmethod
    def of(cls, cover: Cover) -> Covering:
        return cls(cover.id, cover.person_id, cover.section_id, cover.date, cover.slot)


@dataclass(frozen=True, slots=True)
class CoverGiven:
    covering: Covering


@dataclass(frozen=True, slots=True)
class CoverWithdrawn:
    covering: Covering
