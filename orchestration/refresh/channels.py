"""Sending a message to people: by a webhook and by e-mail.

What belongs here: the two ways, and what goes over each. What does not: what is told and to whom,
when (see `notifications.py`, `sent_reports.py`, `new_signals.py`).
"""

import base64
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from orchestration.environment import Recipients

TIMEOUT_SECONDS = 10
WEBHOOK, EMAIL = "webhook", "email"

TOO_LARGE = (400, 413)
"""What a webhook answers that takes no files: the same is then sent without them."""

_MEDIA_TYPES = {".html": ("text", "html"), ".pdf": ("application", "pdf")}


@dataclass(frozen=True)
class Message:
    """What is told.

    Attributes:
        subject: one line.
        text: the rest, in lines.
        facts: what a program that gets it from the webhook can go by.
        files: pages and PDF files that go with it.

    """

    subject: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Path] = ()


def channels_of(recipients: Recipients) -> list[str]:
    """Return the ways by which somebody can be told."""
    has_email = recipients.smtp is not None and recipients.email
    return [*([WEBHOOK] if recipients.webhook else []), *([EMAIL] if has_email else [])]


def send(
    message: Message,
    recipients: Recipients,
    say: Callable[[str], None],
    only: Collection[str] = (WEBHOOK, EMAIL),
) -> list[str]:
    """Send a message by each way there is; return those that took it.

    Args:
        message: what is told.
        recipients: who is told.
        say: called with a line when it could not be sent.
        only: the ways that are wanted.

    """
    taken = []
    wanted = [channel for channel in channels_of(recipients) if channel in only]
    if WEBHOOK in wanted:
        try:
            _post(recipients.webhook or "", message)
            taken.append(WEBHOOK)
        except (OSError, ValueError) as error:
            say(f"the webhook could not be reached: {error}")
    if EMAIL in wanted:
        try:
            _mail(recipients, message)
            taken.append(EMAIL)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            say(f"the e-mail could not be sent: {error}")
    return taken


def _post(address: str, message: Message) -> None:
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("its address must begin with http:// or https://")
    content = {"text": f"{message.subject}\n{message.text}", **message.facts}
    if not message.files:
        _post_json(address, content)
        return
    files = [
        {
            "name": file.name,
            "media_type": "/".join(_MEDIA_TYPES[file.suffix]),
            "content_base64": base64.b64encode(file.read_bytes()).decode(),
        }
        for file in message.files
    ]
    try:
        _post_json(address, {**content, "files": files})
    except urllib.error.HTTPError as error:
        if error.code not in TOO_LARGE:
            raise
        _post_json(address, content)


def _post_json(address: str, content: Mapping[str, Any]) -> None:
    request = urllib.request.Request(
        address,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def _mail(recipients: Recipients, message: Message) -> None:
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"] = recipients.sender
    letter["To"] = ", ".join(recipients.email)
    letter.set_content(message.text)
    for file in message.files:
        main, sub = _MEDIA_TYPES[file.suffix]
        coded = {"charset": "utf-8"} if main == "text" else None
        letter.add_attachment(file.read_bytes(), main, sub, filename=file.name, params=coded)
    server = urlsplit(recipients.smtp or "")
    host, port = server.hostname or "localhost", server.port
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
        if server.scheme == "smtps"
        else smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    )
    with connection:
        if server.scheme != "smtps" and connection.has_extn("starttls"):
            connection.starttls(context=context)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(letter)
