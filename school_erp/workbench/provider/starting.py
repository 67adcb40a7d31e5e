"""The provider of `dev.py run`, where an operator has named none."""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from config import ROOT, Config
from school_erp.embedded.identity import try_port
from school_erp.supervision.child import Program
from school_erp.workbench.surroundings import PYTHON

LAUNCH = "school_erp/workbench/launch.py"
HERE = "127.0.0.1"
TRIED = 50


def with_provider(config: Config) -> Config:
    """Never in production: there, messages wait until one is named."""
    if config.production or config.sms_url or config.smtp_url:
        return config
    first = config.port + config.web_processes
    port = _free_port(first)
    return replace(
        config,
        sms_url=f"http://demo:{secrets.token_hex(16)}@{HERE}:{port}",
        sms_from=config.sms_from or "Demo",
        smtp_url=f"smtp+plain://{HERE}:{_free_port(port + 1)}",
        mail_from=config.mail_from or "school@example.org",
    )


def provider_programs(config: Config) -> list[Program]:
    sms, mail = urlsplit(config.sms_url), urlsplit(config.smtp_url)
    if not _is_ours(config):
        return []
    asked = {
        "--port": sms.port,
        "--mail-port": mail.port,
        "--token": sms.password,
        "--account": sms.username,
        "--outbox": config.var_dir / "outbox.jsonl",
    }
    argv = [str(word) for pair in asked.items() for word in pair]
    return [Program("provider", [PYTHON, LAUNCH, "provider", *argv], directory=ROOT)]


def outbox_url(config: Config) -> str:
    return f"http://{HERE}:{urlsplit(config.sms_url).port}/" if _is_ours(config) else ""


def _is_ours(config: Config) -> bool:
    sms = urlsplit(config.sms_url)
    return (sms.scheme, sms.hostname, sms.username) == ("http", HERE, "demo")


def _free_port(first: int) -> int:
    for port in range(first, first + TRIED):
        try:
            try_port(HERE, port)
        except (OSError, OverflowError):
            continue
        return port
    return first
