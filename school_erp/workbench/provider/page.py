"""The messages that parents would have got, newest first, each with its links."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from html import escape

from school_erp.workbench.provider.outbox import Kept

SHOWN = 200
_LINK = re.compile(r"(https?://[^\s<]+)")
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Outbox of the demo</title>
<style>
  :root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
  body {{ max-width: 42rem; margin: 0 auto; padding: 1rem }}
  ul {{ list-style: none; padding: 0 }}
  li {{ border: 1px solid #8886; border-radius: 1rem; padding: 1rem; margin: 1rem 0 }}
  .text {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 }}
  .quiet {{ opacity: .75; font-size: .875rem; overflow-wrap: anywhere }}
  a {{ display: inline-block; padding: .6rem 0 }}
</style>
<h1>Outbox of the demo</h1>
<p>What parents would have got. Nothing leaves this machine.</p>
<ul>{items}</ul>
"""
_ITEM = """<li><div class="quiet">{channel} to {to} · {at} · {status}</div>
{subject}<div class="text" dir="auto">{text}</div></li>"""


def page(kept: Sequence[Kept]) -> str:
    items = "".join(_item(each) for each in kept[:SHOWN])
    return _PAGE.format(items=items or "<li>Nothing yet.</li>")


def _item(kept: Kept) -> str:
    at = dt.datetime.fromisoformat(kept.at).astimezone()
    return _ITEM.format(
        channel={"sms": "SMS", "email": "Email"}[kept.channel],
        to=escape(kept.to),
        at=f"{at:%d %b %H:%M:%S}",
        status=escape(kept.status),
        subject=f"<strong>{escape(kept.subject)}</strong>" if kept.subject else "",
        text=_with_links(kept.text),
    )


def _with_links(text: str) -> str:
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if number % 2 else escape(part)
        for number, part in enumerate(_LINK.split(text))
    )
