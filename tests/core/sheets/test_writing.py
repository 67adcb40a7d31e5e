from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from school_erp.core.sheets.writing import csv_of, safe

BEGINNINGS = tuple("=+-@\t\r\n")


@given(st.text())
def test_no_cell_begins_a_formula_and_none_is_lost(text: str) -> None:
    written = safe(text)
    assert not written.startswith(BEGINNINGS)
    assert not written.lstrip(" ").startswith(BEGINNINGS)
    assert written.endswith(text)


def test_a_file_is_read_again_as_it_was_written() -> None:
    rows = [["name", "phone"], ["=cmd|' /C calc'!A0", "+447700900123"], ["Zoë\n, “Q”", None]]
    again = list(csv.reader(io.StringIO(csv_of(rows).decode("utf-8-sig"), newline="")))
    assert again == [
        ["name", "phone"],
        ["'=cmd|' /C calc'!A0", "'+447700900123"],
        ["Zoë\n, “Q”", ""],
    ]
