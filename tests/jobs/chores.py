"""Functions that a worker process is asked to call; what they did is seen in Redis."""

from __future__ import annotations

import time

from flask import current_app

from school_erp.core.tenancy import school_in_force


def note(key: str, word: str) -> None:
    current_app.extensions["redis"].rpush(key, f"{word} {school_in_force()}")


def fail() -> None:
    raise ValueError("this job fails")


def take_long(key: str) -> None:
    current_app.extensions["redis"].rpush(key, "begun")
    time.sleep(30)
    current_app.extensions["redis"].rpush(key, "finished")
