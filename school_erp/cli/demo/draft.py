"""A school's rows while they are thought up, before all of them are stored at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from school_erp.accounts.models import Account
from school_erp.core.bulk import foreign_keys_first, insert_rows
from school_erp.core.ids import new_id
from school_erp.core.models import Model


class Draft:
    def __init__(self, first_day: date) -> None:
        self.first_day = first_day
        self._rows: defaultdict[type[Model], list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type[Model], **columns: Any) -> UUID:
        row_id = new_id()
        self._rows[model].append({"id": row_id, **columns})
        return row_id

    def add_account(self, **columns: Any) -> None:
        """An account has no id but its person's."""
        self._rows[Account].append(columns)

    def store(self, session: Session) -> None:
        for model in foreign_keys_first(self._rows):
            insert_rows(session, model, self._rows[model])
