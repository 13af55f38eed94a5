"""Telling people that a refresh needs them: by e-mail and by webhook.

What belongs here: which outcomes are told, the words, and sending them. What does not: where to
(see `environment.py`, the only reader of the environment). A message that cannot be sent never
changes what became of the refresh.
"""

import json
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from orchestration.environment import Recipients
from orchestration.record import RefreshRecord

TIMEOUT_SECONDS = 10
_TOLD = {"failed", "blocked", "held back"}


def notify(record: RefreshRecord, recipients: Recipients, say: Callable[[str], None]) -> None:
    """Tell the recipients what became of a refresh, if it needs them.

    Args:
        record: the refresh, ended.
        recipients: who is told.
        say: called with a line when a message could not be sent.

    """
    if record.outcome not in _TOLD:
        return
    subject, text = describe(record)
    if recipients.webhook is not None:
        try:
            _post(recipients.webhook, subject, text, record)
        except (OSError, ValueError) as error:
            say(f"the webhook could not be told: {error}")
    if recipients.smtp is not None and recipients.email:
        try:
            _mail(recipients, subject, text)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            say(f"the e-mail could not be sent: {error}")


def describe(record: RefreshRecord) -> tuple[str, str]:
    """Return subject and text of a message about a refresh."""
    what = {
        "failed": f"the refresh failed in stage {record.stage}",
        "blocked": f"a gate stopped the refresh in stage {record.stage}",
        "held back": "published without a part of the input",
    }[record.outcome]
    readers = (
        f"Readers see the new version {record.version}."
        if record.version
        else "Readers still see the version before."
    )
    lines = [
        *record.messages,
        "",
        readers,
        f"Started {record.started_at}, ended {record.finished_at}, exit code {record.exit_code}, "
        f"run {record.run_id}.",
        "What to do: docs/operations.md, the section on this exit code.",
    ]
    return f"Prospection: {what}", "\n".join(lines)


def _post(address: str, subject: str, text: str, record: RefreshRecord) -> None:
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("its address must begin with http:// or https://")
    content = {
        "text": f"{subject}\n{text}",
        "outcome": record.outcome,
        "exit_code": record.exit_code,
        "stage": record.stage,
        "run_id": record.run_id,
        "version": record.version,
        "messages": list(record.messages),
    }
    request = urllib.request.Request(
        address,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def _mail(recipients: Recipients, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = recipients.sender
    message["To"] = ", ".join(recipients.email)
    message.set_content(text)
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
        connection.send_message(message)
