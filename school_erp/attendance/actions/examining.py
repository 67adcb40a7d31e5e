"""What a file of marks would do, line by line. Changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Any

from school_erp.attendance.actions.answering import full_counts
from school_erp.attendance.actions.bulk import MOST_RECORDS
from school_erp.attendance.actions.marking import foresee
from school_erp.attendance.marking import Answer, Mark, Marker, Marking, Record
from school_erp.attendance.queries.upload_targets import Resolved, resolve
from school_erp.attendance.upload_lines import COLUMNS, LineSaid, Mistake, read_lines, said_once
from school_erp.attendance.vocabulary import Outcome, Source
from school_erp.core.off_hub import off_hub
from school_erp.core.sheets.reading import Sheet, read_sheet
from school_erp.core.tenancy import current_school_id


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one line."""

    line: int
    name: str
    day: dt.date
    slot: int
    said: Mapping[str, Any]
    record: Record
    answer: Answer

    @property
    def standing(self) -> Mark | None:
        """The mark that stands now, where this line would not replace or repeat it."""
        return self.answer.mark if self.answer.outcome is Outcome.KEPT else None


@dataclass(slots=True)
class Upload:
    """A file as it was read and judged."""

    delimiter: str
    fingerprint: str
    lines: int
    foreseen: list[Foreseen] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        counts = Counter(each.answer.outcome.value for each in self.foreseen)
        return {**full_counts(counts), "rejected": len({it.line for it in self.mistakes})}


def examine(content: bytes, marker: Marker, reason: str = "") -> Upload:
    marker = replace(marker, source=Source.IMPORT)
    sheet, said, mistakes = off_hub(lambda: copy_context().run(_read, content))
    said, several = said_once(said)
    resolved, unknown = resolve(said)
    foreseen, faults = _foresee(resolved, marker, reason)
    mistakes = sorted([*mistakes, *several, *unknown, *faults], key=lambda each: each.line)
    return Upload(
        sheet.delimiter, _fingerprint(content, mistakes), len(sheet.lines), foreseen, mistakes
    )


def _read(content: bytes) -> tuple[Sheet, list[LineSaid], list[Mistake]]:
    sheet = read_sheet(content, COLUMNS, ["date"], MOST_RECORDS)
    return sheet, *read_lines(sheet)


def _fingerprint(content: bytes, mistakes: Sequence[Mistake]) -> str:
    """Of the file and of what is wrong with it now; what stands is judged again line by line."""
    wrong = ";".join(f"{each.line}:{each.code}" for each in mistakes)
    return hashlib.sha256(content + wrong.encode()).hexdigest()


def _foresee(
    resolved: Sequence[Resolved], marker: Marker, reason: str
) -> tuple[list[Foreseen], list[Mistake]]:
    """Judged by the rules of marking, one date and slot after another."""
    groups: defaultdict[tuple[dt.date, int], list[Resolved]] = defaultdict(list)
    for each in resolved:
        groups[(each.line.day, each.slot)].append(each)
    foreseen: list[Foreseen] = []
    mistakes: list[Mistake] = []
    for (day, slot), those in sorted(groups.items(), key=lambda group: group[0]):
        records = [_record(each) for each in those]
        marking = Marking(current_school_id(), day, slot, records, marker, reason)
        for each, record, answer in zip(those, records, foresee(marking).answers, strict=True):
            if answer.error:
                error = answer.error
                mistakes.append(Mistake(each.line.number, "", error.code, error.message))
            else:
                line, name = each.line, each.student.name
                foreseen.append(Foreseen(line.number, name, day, slot, line.said, record, answer))
    return foreseen, mistakes


def _record(each: Resolved) -> Record:
    return Record(student_id=each.student.id, section_id=each.section_id, **each.line.said)
