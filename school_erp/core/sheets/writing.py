"""Files for people's spreadsheets: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter import Workbook

# what spreadsheets read as the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def xlsx_of(rows: Iterable[Sequence[object]]) -> bytes:
    """The same as a workbook, every cell as what it is and nothing as a formula."""
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                _write_cell(sheet, number, place, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return written.getvalue()


def _write_cell(sheet: Any, number: int, place: int, cell: object) -> None:
    if isinstance(cell, (int, float)):
        sheet.write_number(number, place, cell)
    elif cell is not None:
        sheet.write_string(number, place, str(cell))
