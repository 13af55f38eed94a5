"""Who may ask the scheduler's pages for what: a guard in front of Dagster's web application.

What belongs here: the rules, as a plain ASGI application around another one. What does not:
starting the pages (see `pages.py`).

The pages have no login. They listen on this machine only, but every web page that somebody has
open in a browser on it can send requests there, too: under a foreign name that was made to lead to
this machine (its scripts may then read the answers), or blindly, by a link, an image or a form.
What our own pages ask for has this machine's name as host and, where it changes something, comes
as JSON from the very same address.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]

OWN_NAMES = {"127.0.0.1", "localhost", "::1"}
"""The names of this machine for itself; a tunnel ends at one of them, at whichever port."""

_READING = {"GET", "HEAD"}
_NOT_FRAMED = (
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
)
"""No other page may show ours within itself and have people click on it unawares."""


def refusal(
    kind: str, method: str, path: str, query: str, headers: Mapping[str, str]
) -> tuple[HTTPStatus, str] | None:
    """Return why a request is refused, and the status that says so; None when it is not.

    Args:
        kind: `http` or `websocket`.
        method: of an HTTP request.
        path: which page.
        query: what follows the question mark.
        headers: by name in small letters.

    """
    host = headers.get("host", "")
    if _name_of(host) not in OWN_NAMES:
        names = ", ".join(sorted(OWN_NAMES))
        return HTTPStatus.MISDIRECTED_REQUEST, f"ask for these pages under one of {names}"
    origin = headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc.lower() == host.lower()
    is_from_here = headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    if kind == "websocket":
        is_known = origin is not None and is_own
        return None if is_known else (HTTPStatus.FORBIDDEN, "another page may not listen here")
    if method in _READING:
        if path.rstrip("/").endswith("/graphql") and query:
            return HTTPStatus.METHOD_NOT_ALLOWED, "ask by POST, with JSON"
        return None
    if method != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED, f"{method} does nothing here"
    if not (is_own and is_from_here):
        return HTTPStatus.FORBIDDEN, "another page may change nothing here"
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "ask with JSON"
    return None


def guarded(application: Application) -> Application:
    """Return an application that hands on what is allowed, and lets no page frame its answers."""

    async def guard(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await application(scope, receive, send)
            return
        refused = refusal(
            scope["type"],
            scope.get("method", ""),
            scope["path"],
            scope["query_string"].decode("latin-1"),
            _headers(scope),
        )
        if refused is not None:
            await _refuse(scope["type"], *refused, receive, send)
            return

        async def send_unframed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_NOT_FRAMED]}
            await send(message)

        await application(scope, receive, send_unframed)

    return guard


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request; of one that is there twice both, which is no known value."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _name_of(host: str) -> str | None:
    """Return the name in a header `Host`, without its port; None where it is not well-formed."""
    try:
        parts = urlsplit(f"//{host}")
        is_plain = parts.port != 0 and parts.netloc == host and "@" not in host
    except ValueError:  # the port is no number
        return None
    return parts.hostname if is_plain else None


async def _refuse(kind: str, status: HTTPStatus, reason: str, receive: Receive, send: Send) -> None:
    if kind == "websocket":
        await receive()  # the wish to connect; to close before accepting it is to refuse
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    body = f"{reason}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_NOT_FRAMED]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
