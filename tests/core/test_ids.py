from __future__ import annotations

import copy
import pickle
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import literal

from school_erp.core.ids import ReadId, new_id
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db


def test_an_id_that_was_read_is_the_id(app: Flask) -> None:
    usual = new_id()
    read = ReadId(str(usual))
    assert (read, hash(read), str(read), read.bytes) == (
        usual,
        hash(usual),
        str(usual),
        usual.bytes,
    )
    assert {usual: 1}[read] == 1
    for other in (copy.deepcopy(read), pickle.loads(pickle.dumps(read))):  # noqa: S301 - our own
        assert (type(other), other, str(other)) == (ReadId, usual, str(usual))
    with app.app_context(), unit_of_work():
        found = db.session.scalar(db.select(literal(read)))
    assert (type(found), found) == (UUID, usual)


def test_what_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        ReadId("0190a7e6-1111-7222-8333-12345678zzzz")
