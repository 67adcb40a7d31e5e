"""Everything the program reads from its environment, in one place, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


class UnreadableSetting(ValueError):
    """A setting that should be a number is none."""


@dataclass(frozen=True)
class Config:
    """What an operator may set. A URL left empty means: start our own server under `var_dir`."""

    database_url: str = ""
    owner_database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    environment: str = "development"
    async_mode: str = "eventlet"
    host: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = 1
    bulk_workers: int = 1
    var_dir: Path = ROOT / "var"
    demo_size: str = "small"
    public_url: str = ""
    trusted_proxies: int = 0
    database_pool: int = 10
    database_overflow: int = 20
    log_level: str = "INFO"
    max_body_bytes: int = 8 * 1024 * 1024
    sockets_per_person: int = 20
    sockets_per_address: int = 5_000
    # providers of messages, each with its name and password in the address
    sms_url: str = ""
    sms_from: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    messages_per_second: int = 10
    sms_price: str = ""
    sms_missing_seconds: int = 600
    testing: bool = False
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls) -> Config:
        env = os.environ
        return cls(
            database_url=env.get("DATABASE_URL", ""),
            owner_database_url=env.get("OWNER_DATABASE_URL", ""),
            redis_url=env.get("REDIS_URL", ""),
            secret_key=env.get("SECRET_KEY", ""),
            environment=env.get("ENVIRONMENT", "development"),
            async_mode=env.get("ASYNC_MODE", "eventlet"),
            host=env.get("HOST", "127.0.0.1"),
            port=_number(env, "PORT", 8000),
            web_processes=_number(env, "WEB_PROCESSES", 1),
            bulk_workers=_number(env, "BULK_WORKERS", 1),
            var_dir=Path(env.get("VAR_DIR", str(ROOT / "var"))).resolve(),
            demo_size=env.get("DEMO_SIZE", "small"),
            public_url=env.get("PUBLIC_URL", ""),
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
            database_pool=_number(env, "DATABASE_POOL", 10),
            database_overflow=_number(env, "DATABASE_OVERFLOW", 20),
            log_level=env.get("LOG_LEVEL", "INFO"),
            max_body_bytes=_number(env, "MAX_BODY_BYTES", 8 * 1024 * 1024),
            sockets_per_person=_number(env, "SOCKETS_PER_PERSON", 20),
            sockets_per_address=_number(env, "SOCKETS_PER_ADDRESS", 5_000),
            sms_url=env.get("SMS_URL", ""),
            sms_from=env.get("SMS_FROM", ""),
            smtp_url=env.get("SMTP_URL", ""),
            mail_from=env.get("MAIL_FROM", ""),
            messages_per_second=_number(env, "MESSAGES_PER_SECOND", 10),
            sms_price=env.get("SMS_PRICE", ""),
            sms_missing_seconds=_number(env, "SMS_MISSING_SECONDS", 600),
        )


def _number(env: Mapping[str, str], name: str, otherwise: int) -> int:
    given = env.get(name, str(otherwise))
    try:
        return int(given)
    except ValueError:
        raise UnreadableSetting(f"{name} is “{given}”") from None
