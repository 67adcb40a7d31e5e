"""Flask, with one unit of work around every handler and no school left over from the last one."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work


class Application(Flask):
    def full_dispatch_request(self, *args: Any) -> Response:
        with acting_for(None):
            return super().full_dispatch_request(*args)

    def dispatch_request(self, *args: Any) -> ResponseReturnValue:
        with unit_of_work():
            answer: ResponseReturnValue = super().dispatch_request(*args)
            return answer
