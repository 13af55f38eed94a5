"""What is Salesforce's own: telling its many tables apart, its ids, zips of parts, its rates.

What belongs here: rules that one sample cannot show. What does not: what rows become (see the
samples below `tests/formats/salesforce`).
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.formats.descriptions import known_formats
from orchestration.landing.loading import land
from orchestration.landing.tool_tables import recognise
from orchestration.landing.translation import macros
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.unit.formats.test_samples import SAMPLES, translated_rows

TOOLS = [each for each in known_formats().values() if not each.is_generic]
DATA_EXPORT = SAMPLES / "salesforce" / "data_export"

REDUCED = {
    "accounts": [
        "Id,Name,Industry,OwnerId",
        "Id,Name,BillingCountry",
        "id,name,number_of_employees,_fivetran_synced",
    ],
    "contacts": [
        "Id,AccountId,LastName",
        "Id,Name,Email,AccountId",
        "id,last_name,email,mailing_country,reports_to_id",
    ],
    "leads": [
        "Id,LastName,Company,Status",
        "Id,Name,Company,LeadSource",
        "id,company,last_name,is_converted",
    ],
    "opportunities": [
        "Id,StageName,Amount",
        "Id,Name,StageName,CloseDate,AccountId",
        "id,stage_name,is_won",
    ],
    "opportunity_history": [
        "OpportunityId,StageName,CreatedDate",
        "Id,OpportunityId,StageName,CreatedDate,Amount",
    ],
    "contact_roles": ["OpportunityId,ContactId,Role", "Id,OpportunityId,ContactId,IsPrimary"],
    "opportunity_lines": [
        "OpportunityId,Quantity,Product2Id",
        "Id,OpportunityId,PricebookEntryId,Quantity,UnitPrice",
    ],
    "tasks": ["Id,WhoId,Subject,Status", "Id,WhatId,Subject,Status,ActivityDate,OwnerId"],
    "events": [
        "Id,WhoId,Subject,StartDateTime",
        "Id,WhatId,Subject,ActivityDateTime,DurationInMinutes",
    ],
    "campaigns": ["Id,Name,ActualCost", "Id,Name,Type,Status,StartDate,NumberSent"],
    "campaign_members": [
        "Id,CampaignId,ContactId,Status",
        "Id,CampaignId,LeadId,FirstName,LastName,HasResponded",
    ],
    "cases": [
        "Id,CaseNumber,Status,CreatedDate",
        "Id,AccountId,ContactId,CaseNumber,Status,CreatedDate,Subject",
    ],
    "quotes": [
        "Id,OpportunityId,QuoteNumber,Status",
        "Id,OpportunityId,Name,Email,Status,ExpirationDate",
    ],
    "orders": [
        "Id,AccountId,OrderNumber,EffectiveDate",
        "Id,AccountId,ContractId,EffectiveDate,Status,TotalAmount",
    ],
    "contracts": [
        "Id,AccountId,StartDate,ContractTerm",
        "Id,AccountId,ContractNumber,StartDate,CompanySignedDate",
    ],
    "users": [
        "Id,LastName,Username",
        "Id,Name,Email,UserType",
        "Id,FirstName,LastName,Email,ContactId,UserRoleId",
    ],
    "products": ["Id,Name,ProductCode,IsDeleted", "id,name,product_code,_fivetran_synced"],
}
"""What a user may leave of a table's columns, and it is still told."""

OTHERS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[3] / "cases" / "salesforce_other_objects.yml").read_text("utf-8")
)
"""Files of an export that are no table of ours, and sheets that only look like one."""


def macro(expression: str, *values: str | None) -> object:
    connection = duckdb.connect()
    connection.execute(macros())
    return connection.execute(f"select {expression}", list(values)).fetchall()[0][0]


def told(headers: str) -> str | None:
    found = recognise(f"{headers}\n", TOOLS)
    return None if found is None else f"{found.format} {found.table}"


def landed(files: dict[str, bytes], folder: Path, declared: str = "") -> Paths:
    source = folder / "exports" / "crm"
    source.mkdir(parents=True)
    (folder / "exports" / "sources.yml").write_text(declared, encoding="utf-8")
    for name, content in files.items():
        (source / name).write_bytes(content)
    paths = Paths(folder / "data")
    land(folder / "exports", paths, read_settings(folder / "exports"))
    return paths


def sample_files() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(DATA_EXPORT.glob("*.csv"))}


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def rows(paths: Paths, entity: str) -> set[tuple[str | None, ...]]:
    return {
        tuple(value for name, value in row.items() if not name.startswith("_"))
        for row in translated_rows(paths, entity)
    }


@pytest.mark.parametrize(
    ("table", "headers"),
    [(table, headers) for table, several in REDUCED.items() for headers in several],
)
def test_a_table_is_told_by_few_of_its_columns(table: str, headers: str) -> None:
    assert told(headers) == f"salesforce {table}"


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
def test_what_is_no_table_of_ours_is_not_taken_for_one(headers: list[str]) -> None:
    assert told(",".join(headers)) is None


def test_every_file_of_the_sample_is_told_as_the_object_that_it_is_called_after() -> None:
    found = {
        name.removesuffix(".csv"): told(content.decode("latin-1").split("\n", 1)[0])
        for name, content in sample_files().items()
    }
    described = {
        words.strip(): f"salesforce {table.name}"
        for table in known_formats()["salesforce"].entities.values()
        for words in table.description.partition("(")[2].rstrip(")").split(",")
    }
    assert found == {name: described[name] for name in found}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("001A0000006Vm9R", "001A0000006Vm9RIAS"),
        ("001A0000006Vm9rIAC", "001A0000006Vm9rIAC"),
        (" 001A0000006Vm9r ", "001A0000006Vm9rIAC"),
        ("000000000000000AAA", None),
        ("000000000000000", None),
        ("", None),
        ("1,23457E+17", "1,23457E+17"),
    ],
)
def test_an_id_has_one_form(short: str, long: str | None) -> None:
    assert macro("salesforce_id(?)", short) == long


@pytest.mark.parametrize(
    ("moment", "order", "read"),
    [
        ("2026-03-31 22:30:00", None, "2026-03-31 22:30:00Z"),
        ("2026-03-31T22:30:00.000Z", None, "2026-03-31 22:30:00Z"),
        ("2026-03-31T22:30:00.000+0000", None, "2026-03-31 22:30:00Z"),
        ("2026-03-31T22:30:00.000+02:00", None, "2026-03-31T22:30:00.000+02:00"),
        ("2026-03-31 22:30:00", "mdy", "2026-03-31 22:30:00"),
        ("2026-03-31", None, "2026-03-31"),
        ("sometime", None, "sometime"),
    ],
)
def test_a_time_without_a_zone_is_utc_but_in_a_file_of_the_users_country(
    moment: str, order: str | None, read: str
) -> None:
    assert macro("utc_moment(?, ?)", moment, order) == read


@pytest.mark.parametrize(
    ("subject", "channel"),
    [
        ("Email: re our call", "email"),
        ("E-mail : devis", "email"),
        ("Call - no answer", "call"),
        ("2e appel, répondeur", "call"),
        ("Llamada", "call"),
        ("[Outreach] [Email] [In] Hello", "email"),
        ("List Email: spring", "email"),
        ("LinkedIn InMail", "linkedin"),
        ("Envoyer un SMS", "sms"),
        ("Courrier de relance", "mail"),
        ("Relance", None),
        ("Recall the terms", None),
        ("Mailing list", None),
    ],
)
def test_the_first_word_about_a_channel_names_it(subject: str, channel: str | None) -> None:
    assert macro("channel_in(?)", subject) == channel


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1 201,00", "1201.0000"),
        ("1\u202f201,5", "1201.5000"),
        ("1,201.00", "1201.0000"),
        ("1.201.000", "1201000.0000"),
        ("99", "99.0000"),
        ("1,201", None),
        ("1.201", None),
        ("about 5", None),
    ],
)
def test_a_number_whose_mark_is_in_doubt_is_no_part_of_a_sum(cell: str, number: str | None) -> None:
    found = macro("exact_number(?)", cell)
    assert (None if found is None else str(found)) == number


def test_an_export_in_two_zips_is_the_same_as_in_a_folder(tmp_path: Path) -> None:
    files = sample_files()
    halves = {}
    for name, content in files.items():
        header, *lines = content.splitlines(keepends=True)
        half = len(lines) // 2
        halves[name] = (header + b"".join(lines[:half]), header + b"".join(lines[half:]))
    first = {name: parts[0] for name, parts in halves.items()} | {
        "Account.csv": files["Account.csv"]
    }
    second = {name: parts[1] for name, parts in halves.items()} | {
        "Account.csv": files["Account.csv"]
    }
    second["Note.csv"] = b'"Id","IsDeleted","ParentId","AccountId","Title"\n'
    whole = landed(files, tmp_path / "whole")
    parts = landed(
        {"WE_00D_1.ZIP": zipped(first), "WE_00D_2.ZIP": zipped(second)}, tmp_path / "parts"
    )
    entities = sorted(path.name for path in whole.translated.iterdir() if path.name != "_made")
    assert entities
    for entity in entities:
        assert rows(parts, entity) == rows(whole, entity), entity
    assert all("\ufffd" not in str(row) for entity in entities for row in rows(parts, entity))


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        (
            "USD",
            {
                ("1990-01-01", "EUR", "1.25000000000"),
                ("1990-01-01", "COP", "0.00027777778"),
                ("2026-03-01", "EUR", "1.20000000000"),
            },
        ),
        ("GBP", set()),
    ],
)
def test_rates_are_crossed_to_the_reporting_currency_or_left_out(
    currency: str, expected: set[Sequence[str]], tmp_path: Path
) -> None:
    paths = landed(sample_files(), tmp_path, f"reporting: {{currency: {currency}}}\n")
    assert rows(paths, "fx_rates") == expected
    ledger = [row for row in translated_rows(paths, "_made") if row["entity"] == "fx_rates"]
    rules = {rule for row in ledger for rule, _ in row["rules"]}
    assert rules == (
        {"the_reporting_currency"} if expected else {"no_rate_of_the_reporting_currency"}
    )


def test_an_export_without_users_tasks_and_currencies_is_read(tmp_path: Path) -> None:
    lacking = ("User.csv", "Task.csv", "CurrencyType.csv", "DatedConversionRate.csv")
    files = {name: content for name, content in sample_files().items() if name not in lacking}
    paths = landed(files, tmp_path)
    assert len(rows(paths, "deals")) == 5
    assert {row["currency"] for row in translated_rows(paths, "deals")} == {"USD", "EUR", None}
    assert not rows(paths, "reps")
    assert not rows(paths, "fx_rates")
