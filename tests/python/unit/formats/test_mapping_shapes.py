"""Sheets in layouts that were seen, each with a mapping: what a person counts by hand."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.landing.loading import land
from orchestration.landing.report import LandingReport
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings


class Sheet:
    """One of the shapes as a source of its own, landed with a mapping."""

    def __init__(self, shape: Path, folder: Path, mapping: str) -> None:
        if not shape.exists():
            pytest.skip(f"there is no {shape.name} among the shared shapes")
        source = folder / "exports" / "sheet"
        source.mkdir(parents=True)
        for file in shape.glob("*.csv"):
            (source / file.name).write_bytes(file.read_bytes())
        text = folder / "exports" / "sheet.mapping.yml"
        text.write_text(mapping, encoding="utf-8")
        self.paths = Paths(folder / "data")
        exports = folder / "exports"
        self.report: LandingReport = land(exports, self.paths, read_settings(exports))

    def made(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        return [
            tuple(row[column] for column in columns)
            for path in (self.paths.translated / entity).glob("[!_]*.parquet")
            for row in pq.read_table(path).to_pylist()
        ]


def test_a_follow_up_sheet_feeds_people_companies_campaigns_and_deals(
    shared_data: Path, tmp_path: Path
) -> None:
    mapping = """\
make:
  accounts: {account_id: {id: [entreprise]}, name: entreprise}
  campaigns: {campaign_id: {id: [campagne]}, name: campagne}
  prospects:
    prospect_id: {id: [email]}
    account_id: {id: [entreprise]}
    first_name: contact
    email: email
    lead_source: campagne
    detected_at: date_entree
  deals:
    leave_out: {no opportunity: {column: est_opportunite, is_not: 1}}
    deal_id: lead_id
    account_id: {id: [entreprise]}
    prospect_id: {id: [email]}
    campaign_id: {id: [campagne]}
    stage: etat
    status: {column: etat, values: {gagnee: won, perdue: lost}, otherwise: open}
    created_at: date_entree
"""
    sheet = Sheet(shared_data / "shapes" / "sheet_suivi_fr", tmp_path, mapping)
    names = [name for (name,) in sheet.made("accounts", "name")]
    assert len(names) == 9
    assert [name for name in names if name.casefold() == "kervanel sas"] == ["Kervanel SAS"]
    assert sorted(sheet.made("campaigns", "name")) == [("Salon",), ("Webinaire",)]
    people = sheet.made("prospects", "first_name", "detected_at")
    assert len(people) == 9
    assert ("Maëlle", "2026-09-03") in people
    assert ("Aïcha", "2026-09-01") in people
    assert sorted(sheet.made("deals", "deal_id", "status")) == [
        ("L002", "won"),
        ("L003", "lost"),
        ("L005", "open"),
        ("L006", "open"),
        ("L008", "lost"),
        ("L009", "open"),
        ("L011", "open"),
    ]


def test_a_sheet_of_stage_dates_gives_deals_and_their_way(
    shared_data: Path, tmp_path: Path
) -> None:
    mapping = """\
make:
  deals:
    deal_id: {id: [CreateDate, utm_campaign]}
    stage:
      last_filled_header:
        [Erstgespräch, Abschlussgespräch, Angebot unterschrieben, Handover, Absage]
    status: {filled: {Absage: lost, Angebot unterschrieben: won}, otherwise: open}
    created_at: CreateDate
    closed_at: {first_filled: [Absage, Angebot unterschrieben]}
    lost_reason: Absage - Grund
  deal_stages:
    each: [Erstgespräch, Abschlussgespräch, Angebot unterschrieben, Handover, Absage]
    deal_id: {id: [CreateDate, utm_campaign]}
    stage: $header
    entered_at: $cell
"""
    sheet = Sheet(shared_data / "shapes" / "sheet_stage_dates_de", tmp_path, mapping)
    deals = sheet.made("deals", "deal_id", "status", "created_at", "closed_at", "lost_reason")
    assert len({deal for deal, *_ in deals}) == 12
    assert sorted(tuple(rest) for _, *rest in deals if rest[0] != "open") == [
        ("lost", "2026-04-06", "2026-04-15", "Preis zu hoch"),
        ("lost", "2026-04-10", "2026-04-19", "Preis zu hoch"),
        ("lost", "2026-04-14", "2026-04-23", "Preis zu hoch"),
        ("won", "2026-04-03", "2026-04-18", None),
        ("won", "2026-04-09", "2026-04-24", None),
    ]
    assert Counter(stage for (stage,) in sheet.made("deal_stages", "stage")) == {
        "Erstgespräch": 9,
        "Abschlussgespräch": 4,
        "Angebot unterschrieben": 2,
        "Absage": 3,
    }


def test_a_ragged_log_of_mails_leaves_the_warm_up_out(shared_data: Path, tmp_path: Path) -> None:
    mapping = """\
make:
  prospects:
    leave_out: {warm-up: {column: type, is: warmup}}
    prospect_id: {id: [email]}
    account_name: organization
    first_name: first_name
    last_name: last_name
    email: email
    job_title: title
    detected_at: timestamp
  activities:
    leave_out: {warm-up: {column: type, is: warmup}}
    activity_id: {id: [timestamp, email]}
    occurred_at: timestamp
    channel: {constant: email}
    direction: {constant: outbound}
    prospect_id: {id: [email]}
    message_variant: subject
"""
    sheet = Sheet(shared_data / "shapes" / "mailer_log_ragged", tmp_path, mapping)
    (file,) = sheet.report.files
    assert (file.records, file.landed, file.structural_rejects) == (10, 5, 5)
    assert sorted(sheet.made("activities", "occurred_at", "message_variant")) == [
        ("2026-06-25T23:06:34.610865", "Paper, in two days"),
        ("2026-06-27T23:06:34.610867", "Paper, in two days"),
        ("2026-06-29T23:06:34.610869", "Paper, in two days"),
    ]
    rules = {make: dict(named) for make, named in sheet.made("_made", "make", "rules")}
    assert rules == {"prospects": {"warm-up": 2}, "activities": {"warm-up": 2}}
