"""Our configuration, put into the words of Flask and its extensions; unsafe ones are refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry

from config import Config

AUDIENCE = "school-erp"
PRICE = re.compile(r"\d{1,6}(\.\d{1,6})? [A-Z]{3}")
# every question is one school's: docs/decisions/never-a-whole-table.md
NEVER_A_WHOLE_TABLE = "-c enable_seqscan=off"
SENDERS = {"SMS_URL": "SMS_FROM", "SMTP_URL": "MAIL_FROM"}


class UnsafeConfiguration(RuntimeError):
    """The program will not serve like this; the sentence says what to set."""


def flask_settings(config: Config) -> dict[str, Any]:
    refuse_unsafe(config)
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.testing,
        "HTTPS": config.https,
        "PUBLIC_URL": config.public_url,
        # what links in messages begin with
        "BASE_URL": config.public_url or f"http://{config.host}:{config.port}",
        "REDIS_URL": config.redis_url,
        "LOG_LEVEL": config.log_level,
        "ASYNC_MODE": config.async_mode,
        "VAR_DIR": config.var_dir,
        **_providers(config),
        "SOCKETS_PER_PERSON": config.sockets_per_person,
        "SOCKETS_PER_ADDRESS": config.sockets_per_address,
        "MAX_CONTENT_LENGTH": config.max_body_bytes,
        "MAX_FORM_MEMORY_SIZE": config.max_body_bytes,
        "MAX_FORM_PARTS": 2_000,
        **_database(config),
        **_tokens(config),
        **_cookies(config),
        **_api(),
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        **config.overrides,
    }


def refuse_unsafe(config: Config) -> None:
    if not config.database_url or not config.redis_url:
        raise UnsafeConfiguration("DATABASE_URL and REDIS_URL are not set and nothing was started.")
    if len(config.secret_key) < 32:
        raise UnsafeConfiguration("SECRET_KEY needs at least 32 characters.")
    if config.production and not config.https:
        raise UnsafeConfiguration(
            "In production PUBLIC_URL must begin with https://, because people's cookies "
            "may not travel in the clear."
        )
    if config.async_mode not in {"eventlet", "threading"}:
        raise UnsafeConfiguration("ASYNC_MODE is either eventlet or threading.")
    _refuse_unsafe_providers(config)


def _refuse_unsafe_providers(config: Config) -> None:
    """Names and numbers of families travel to them, and a password with each."""
    for name, url, safe, plain, sender in (
        ("SMS_URL", config.sms_url, ("https",), "http", config.sms_from),
        ("SMTP_URL", config.smtp_url, ("smtp", "smtps"), "smtp+plain", config.mail_from),
    ):
        if not url:
            continue
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
        if scheme not in safe and not (scheme == plain and host in {"127.0.0.1", "localhost"}):
            raise UnsafeConfiguration(
                f"{name} begins with {' or '.join(f'{each}://' for each in safe)}; "
                f"{plain}:// is for this machine alone."
            )
        if not sender:
            raise UnsafeConfiguration(f"{name} needs {SENDERS[name]} beside it: who writes.")
    if config.sms_price and not PRICE.fullmatch(config.sms_price):
        raise UnsafeConfiguration("SMS_PRICE is a number and a currency, such as 0.05 EUR.")
    if config.messages_per_second < 1:
        raise UnsafeConfiguration("MESSAGES_PER_SECOND is at least 1.")


def origin_of(url: str) -> str | None:
    """What browsers name as the origin of our pages, where it is known."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if url else None


def for_sqlalchemy(url: str) -> str:
    """The same address, naming the driver."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url


def _providers(config: Config) -> dict[str, Any]:
    return {
        "PRODUCTION": config.production,
        "SMS_URL": config.sms_url,
        "SMS_FROM": config.sms_from,
        "SMTP_URL": config.smtp_url,
        "MAIL_FROM": config.mail_from,
        "MESSAGES_PER_SECOND": config.messages_per_second,
        "SMS_PRICE": config.sms_price,
        "SMS_MISSING": timedelta(seconds=config.sms_missing_seconds),
    }


def _database(config: Config) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": for_sqlalchemy(config.database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": config.database_pool,
            "max_overflow": config.database_overflow,
            "pool_timeout": 10,
            # errors carry the values of a row, and values are people
            "hide_parameters": True,
            "connect_args": {
                "connect_timeout": 5,
                "application_name": "school_erp",
                "options": NEVER_A_WHOLE_TABLE,
            },
        },
    }


def _tokens(config: Config) -> dict[str, Any]:
    prefix = "__Host-" if config.https else ""
    return {
        "JWT_SECRET_KEY": config.secret_key,
        "JWT_ALGORITHM": "HS256",
        "JWT_ENCODE_AUDIENCE": AUDIENCE,
        "JWT_DECODE_AUDIENCE": AUDIENCE,
        # the clocks of two nodes may differ a little
        "JWT_DECODE_LEEWAY": 5,
        "JWT_ENCODE_NBF": False,
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=15),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=14),
        "JWT_TOKEN_LOCATION": ["headers", "cookies"],
        "JWT_ACCESS_COOKIE_NAME": f"{prefix}access",
        "JWT_REFRESH_COOKIE_NAME": f"{prefix}refresh",
        "JWT_ACCESS_CSRF_COOKIE_NAME": f"{prefix}csrf",
        "JWT_REFRESH_CSRF_COOKIE_NAME": f"{prefix}csrf",
        "JWT_COOKIE_SECURE": config.https,
        "JWT_COOKIE_SAMESITE": "Lax",
        "JWT_COOKIE_CSRF_PROTECT": True,
        "JWT_CSRF_CHECK_FORM": True,
        "JWT_SESSION_COOKIE": False,
    }


def _cookies(config: Config) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "__Host-notes" if config.https else "notes",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.https,
    }


def _api() -> dict[str, Any]:
    return {
        "API_TITLE": "School attendance",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "components": {
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
                }
            },
            "security": [{"bearer": []}],
        },
    }


def redis_options() -> dict[str, Any]:
    """One more try, for a line gone stale; by default it would go on trying for seconds."""
    return {
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
        "retry": Retry(NoBackoff(), retries=1),
    }
