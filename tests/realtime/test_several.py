from __future__ import annotations

import json

import pytest

from school_erp.core.ids import new_id
from school_erp.realtime.several import Several, in_full, size_in_full, written

SAID = {"code": "\N{GREEK SMALL LETTER BETA}"}


@pytest.mark.parametrize("count", [0, 1, 5])
def test_what_many_say_is_kept_once_and_told_in_full_with_its_true_size(count: int) -> None:
    marks = Several("student_id", "mark")
    everybody = [new_id() for _ in range(count)]
    for number, each in enumerate(everybody):
        said = SAID if number % 3 else None
        marks.add(each, number % 3 > 0, lambda said=said: said)  # type: ignore[misc]
    payload = {"section_id": "1", "marks": marks, "counts": {"a": 1}}
    told = in_full(payload)
    assert told["marks"] == [
        {
            "student_id": str(each),
            "mark": SAID if n % 3 else None,
        }
        for n, each in enumerate(everybody)
    ]
    assert in_full(json.loads(written(payload))) == told
    assert written(payload).count("code") == min(1, count // 2)
    assert size_in_full(payload) == len(json.dumps(told))
