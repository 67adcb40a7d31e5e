from __future__ import annotations

from enum import StrEnum

import pytest
from flask import Flask

import school_erp
from config import Config
from school_erp.accounts.access import Permission
from school_erp.core.access import (
    UndeclaredRoute,
    public,
    refuse_undeclared_routes,
    requires,
)


class Unheard(StrEnum):
    OF = "nothing:at:all"


@pytest.fixture
def app(servers: Config) -> Flask:
    return school_erp.create_app(servers)


def test_the_application_does_not_start_with_a_route_open_to_nobody_knows_whom(app: Flask) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "", endpoint="forgotten")
    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        refuse_undeclared_routes(app)


def test_nor_with_one_that_is_both_public_and_not(app: Flask) -> None:
    both = public("a test")(requires(Permission.OWN_SIGN_IN)(lambda: ""))
    app.add_url_rule("/both", view_func=both, endpoint="both")
    with pytest.raises(UndeclaredRoute, match="/both"):
        refuse_undeclared_routes(app)


def test_nor_with_one_that_is_public_for_no_reason(app: Flask) -> None:
    app.add_url_rule("/open", view_func=public("")(lambda: ""), endpoint="open")
    with pytest.raises(UndeclaredRoute, match="/open"):
        refuse_undeclared_routes(app)


def test_nor_with_a_permission_that_no_policy_decides(app: Flask) -> None:
    app.add_url_rule("/odd", view_func=requires(Unheard.OF)(lambda: ""), endpoint="odd")
    with pytest.raises(UndeclaredRoute, match="nothing:at:all"):
        refuse_undeclared_routes(app)
