"""The environment in which programs, steps, tests and shells are started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from config import Config
from school_erp.embedded.errors import ServerUnusable

PYTHON = sys.executable


def config_from_environment() -> Config:
    try:
        return Config.from_environment()
    except ValueError as fault:
        raise ServerUnusable(f"A setting in the environment is no number: {fault}.") from None


def surroundings(config: Config, *, owner: bool) -> dict[str, str]:
    """The owner's address is for migrations and commands; programs that serve never see it."""
    environment = {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "VAR_DIR": str(config.var_dir),
        "SMS_URL": config.sms_url,
        "SMS_FROM": config.sms_from,
        "SMTP_URL": config.smtp_url,
        "MAIL_FROM": config.mail_from,
        "FLASK_APP": "school_erp.cli",
        "PYTHONUNBUFFERED": "1",
        "PATH": os.pathsep.join([str(Path(PYTHON).parent), os.environ.get("PATH", "")]),
    }
    environment.pop("OWNER_DATABASE_URL", None)
    if owner and config.owner_database_url:
        environment["OWNER_DATABASE_URL"] = config.owner_database_url
    return environment
