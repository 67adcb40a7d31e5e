from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from tests.world import Caller

As = Callable[..., Caller]
Count = Callable[[str], int]
Change = Callable[..., None]
API = "/api/v1/sessions"


def check_in(caller: Caller, live: dict[str, Any], **said: Any) -> TestResponse:
    proof = {} if {"typed_code", "claim", "token"} & said.keys() else {"token": live["qr"]["token"]}
    device = f"phone of {caller.who}"
    return caller.post(f"{API}/{live['id']}/attendance", json={"device": device, **proof, **said})


def error_of(answer: TestResponse) -> str:
    return str(answer.get_json()["error"]["code"])
