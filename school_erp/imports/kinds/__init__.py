"""The kinds of files, each with its columns and what a line of it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.imports.columns import Column
from school_erp.imports.kinds import enrolments, people, sections
from school_erp.imports.plan import Record


@dataclass(frozen=True)
class Kind:
    name: str
    title: Any
    lead: Any
    icon: str
    columns: Sequence[Column]
    # asks the database, and may hold rows; everything after it only thinks
    look_up: Callable[..., Any]
    plan: Callable[[Sequence[Record], Any], None]

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def required_names(self) -> list[str]:
        return [column.name for column in self.columns if column.required]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "people",
            _("People"),
            _("Students, staff, and guardians with the children they answer for."),
            "users",
            people.COLUMNS,
            people.look_up,
            people.plan,
        ),
        Kind(
            "sections",
            _("Classes"),
            _("Homerooms, and classes taught at set times."),
            "school",
            sections.COLUMNS,
            sections.look_up,
            sections.plan,
        ),
        Kind(
            "enrolments",
            _("Who is in which class"),
            _("Students and teachers of each class, from one day to another."),
            "users-group",
            enrolments.COLUMNS,
            enrolments.look_up,
            enrolments.plan,
        ),
    )
}
# as a converter in an address
ANY_KIND = f"any({', '.join(KINDS)})"
