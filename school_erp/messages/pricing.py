"""What SMS cost, where the operator says so: `0.05 EUR` for each part."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import format_currency


def cost_of(segments: int, price: str) -> str:
    if not price:
        return ""
    amount, _space, currency = price.partition(" ")
    return str(format_currency(Decimal(amount) * segments, currency))
