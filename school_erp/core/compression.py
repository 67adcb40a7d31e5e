"""Answers are compressed where nobody can learn from their length what they say.

A page carries words that are nobody else's business, beside words that its address brought along.
Another site that makes a person's browser ask again and again, with a guess in the address, would
see from the length of a compressed answer whether it guessed right. So what that person's cookies
answer is compressed only when the browser says that the question came from our own pages or from
the person. docs/security.md tells the same.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

from school_erp.core.requests import bearer_token

LEAST_BYTES = 1024
# more would take longer than it saves on the way
LEVEL = 4
COMPRESSED = frozenset({"application/json", "text/html", "text/csv"})
FROM_HERE = frozenset({"same-origin", "none"})


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _worth_it(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") and _is_safe():
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _worth_it(response: Response) -> bool:
    return (
        response.mimetype in COMPRESSED
        and not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) >= LEAST_BYTES
    )


def _is_safe() -> bool:
    """Nobody's cookies answer, or no other site has asked."""
    return (
        not request.cookies
        or bearer_token() is not None
        or request.headers.get("Sec-Fetch-Site") in FROM_HERE
    )
