"""Servers that take messages, and versions as far as a report reads them."""

import json
import shutil
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import duckdb
import pytest

from orchestration.files import write_json
from orchestration.paths import Paths
from orchestration.publication.versions import switch


@dataclass
class Inbox:
    """What a server on this machine has received; `answers` are those with which it refuses."""

    address: str
    received: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Inbox]:
    """Return the inbox of a web server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            refused = inbox.answers.pop(0) if inbox.answers else None
            if refused is None:
                inbox.received.append(json.loads(content))
            self.send_response(refused or 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        inbox = Inbox(f"http://127.0.0.1:{server.server_port}/hook")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield inbox
        server.shutdown()


@pytest.fixture
def mail() -> Iterator[Inbox]:
    """Return the inbox of a mail server that knows as much of SMTP as a client needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                command = line[:4].upper()
                if command == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    inbox.received.append(text.decode())
                elif command == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        inbox = Inbox(f"smtp://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield inbox
        server.shutdown()


VALUES = """
    create schema kpi;
    create table kpi.kpi_catalog as
    select 'touches' as kpi_id, 'sales' as family, 'Touches' as name_en, 'Actions' as name_fr,
        'd' as definition_en, 'd' as definition_fr, 'count' as unit, 'flow' as shape,
        'value' as statistics, null::int as window_days, 'up' as better, 0 as min_sample,
        true as is_headline, false as is_proportion, '+ touch (n)' as numerator,
        null::varchar as denominator;
    create table kpi.kpi_values as
    select 'touches' as kpi_id, 'value' as statistic, grain, period_start::date as period_start,
        'all' as dimension, 'all' as dimension_value, 'all' as dimension_label,
        7.0::double as value, 7.0 as numerator, null::double as denominator, 7.0 as sample_size,
        null::double as ci_low,
        null::double as ci_high, false as is_partial, null::boolean as is_mature,
        true as is_reliable, null::double as previous_value, null::double as year_ago_value
    from (values
        ('half_month', '2026-08-01'), ('half_month', '2026-08-16'), ('half_month', '2026-09-01'),
        ('half_month', '2026-09-16'), ('month', '2026-08-01'), ('month', '2026-09-01')
    ) as periods (grain, period_start)
"""


def publish(paths: Paths, name: str, as_of: date | None, rhythm: str, further: str = "") -> None:
    """Put a version in place as far as a report reads it; `further` is SQL on its database."""
    folder = paths.published / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "prospection.duckdb") as connection:
        connection.execute(VALUES)
        connection.execute(further)
    settings = {"language": "en", "currency": "EUR", "report_rhythm": rhythm, "headline_kpis": []}
    manifest = {"as_of": as_of, "created_at": "2026-10-01T05:00:00+00:00", "settings": settings}
    also = {"version": name, "held_back": [], "tables": {}, "files": {}}
    write_json(folder / "manifest.json", {**manifest, **also})
    switch(paths, name)
