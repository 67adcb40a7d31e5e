"""The first line of a file: which column is which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from school_erp.core.sheets.errors import BadFile


@dataclass(frozen=True, slots=True)
class Heading:
    places: Sequence[tuple[int, str]]
    # columns that spreadsheets leave behind, which must stay empty
    unnamed: Sequence[int]
    width: int

    @property
    def names(self) -> list[str]:
        return [name for _place, name in self.places]


def heading_of(
    cells: Sequence[str], known: Sequence[str], required: Sequence[str], number: int
) -> Heading:
    names = [_plain(cell) for cell in cells]
    _check(cells, names, known, required, number)
    return Heading(
        places=[(place, name) for place, name in enumerate(names) if name],
        unnamed=[place for place, name in enumerate(names) if not name],
        width=len(names),
    )


def _check(
    cells: Sequence[str],
    names: Sequence[str],
    known: Sequence[str],
    required: Sequence[str],
    number: int,
) -> None:
    if twice := [name for name, times in Counter(names).items() if name and times > 1]:
        raise BadFile(_("Several columns are called %(name)s.", name=twice[0]), number)
    missing = [name for name in required if name not in names]
    if len(missing) == len(required) and not set(names) & set(known):
        raise BadFile(
            _(
                "The first line must name the columns, such as %(known)s.",
                known=", ".join(known),
            ),
            number,
        )
    strange = [cell[:40] for cell, name in zip(cells, names, strict=True) if name not in known]
    if any(strange):
        raise BadFile(
            _(
                "We do not know the column %(name)s. Those we know are %(known)s.",
                name=next(filter(None, strange)),
                known=", ".join(known),
            ),
            number,
        )
    if missing:
        raise BadFile(_("The column %(name)s is missing.", name=missing[0]), number)


def _plain(cell: str) -> str:
    """`Given name`, `given-name` and `GIVEN_NAME` are all given_name."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())
