"""Read a folder of exports by the rules of the contract, for the cross-check alone.

What belongs here: files into typed tables of a database in memory, one per entity, with Python's
own csv, codecs, dates and numbers. What does not: who is who and what counts (facts.sql), and any
code of the project: sharing it would make the cross-check a mirror.

A column `x_at` becomes three: `x_at` (the instant, UTC), `x_day` (the calendar day of the company)
and `x_timed` (false when the export knows the day only). What an export lacks is null.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import yaml

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
TRUE, FALSE = {"true", "1", "yes", "oui"}, {"false", "0", "no", "non"}
TIME = re.compile(
    r"((?P<iso>\d{4}-\d\d-\d\d)|(?P<local>\d\d/\d\d/\d{4}))([ T](?P<clock>\d\d:\d\d(:\d\d)?))?"
)
DAYS = {"incurred_to", "month", "valid_from", "valid_to"}
NUMBERS = {
    "amount",
    "days",
    "discount_amount",
    "loaded_monthly_cost",
    "monthly_amount",
    "quantity",
    "rate",
    "rating",
    "scale_max",
    "score",
    "unit_cost",
    "unit_price",
    "working_days",
}


FACTS = Path(__file__).parent / "facts.sql"


@dataclass(frozen=True)
class Entity:
    """The columns of an entity that the cross-check reads, and what a row must hold to be one."""

    key: str
    required: str = ""
    optional: str = ""
    key_may_be_empty: str = ""
    words: dict[str, str] = field(default_factory=dict)
    not_negative: str = ""

    @property
    def columns(self) -> list[str]:
        """Return every column, the key first."""
        return " ".join((self.key, self.key_may_be_empty, self.required, self.optional)).split()


ENTITIES = {
    "accounts": Entity("account_id", "name", "sector owner_rep_id updated_at is_test"),
    "prospects": Entity(
        "prospect_id",
        "detected_at",
        "account_id email phone linkedin_url owner_rep_id qualified_at updated_at is_test",
    ),
    "reps": Entity("rep_id valid_from", "name"),
    "campaigns": Entity("campaign_id", "name", "channel"),
    "activities": Entity(
        "activity_id",
        "occurred_at channel direction",
        "outcome prospect_id account_id rep_id campaign_id email linkedin_url phone created_at"
        " is_service in_reply_to",
        words={"direction": "outbound inbound"},
    ),
    "deals": Entity(
        "deal_id",
        "stage status",
        "account_id prospect_id rep_id campaign_id amount currency created_at closed_at"
        " updated_at is_test",
        words={"status": "open won lost"},
    ),
    "deal_stages": Entity("deal_id stage entered_at"),
    "quotes": Entity(
        "quote_id",
        "sent_at status",
        "deal_id account_id prospect_id rep_id decided_at amount currency",
        words={"status": "sent accepted rejected expired"},
    ),
    "products": Entity("product_id", "name", "unit_cost currency"),
    "orders": Entity(
        "order_id",
        "ordered_at status",
        "account_id deal_id rep_id campaign_id amount currency",
        words={"status": "placed cancelled refunded"},
    ),
    "order_lines": Entity(
        "order_id line_number", "quantity unit_price", "product_id discount_amount unit_cost"
    ),
    "contracts": Entity(
        "contract_id",
        "started_on",
        "account_id deal_id ends_on cancelled_on renewed_by_contract_id monthly_amount currency",
    ),
    "costs": Entity(
        "cost_id",
        "incurred_on cost_type amount",
        "incurred_to nature channel campaign_id rep_id currency",
    ),
    "rep_time": Entity(
        "rep_id month",
        "days loaded_monthly_cost",
        "working_days",
        key_may_be_empty="channel campaign_id",
        not_negative="days loaded_monthly_cost",
    ),
    "tickets": Entity(
        "ticket_id",
        "opened_at category",
        "account_id",
        words={"category": "complaint refund_request dissatisfaction compliment question service"},
    ),
    "survey_responses": Entity(
        "response_id",
        "survey responded_at score",
        "account_id prospect_id scale_max",
        words={"survey": "nps csat ces"},
    ),
    "reviews": Entity("review_id", "posted_at rating", "account_id"),
    "referrals": Entity(
        "referral_id", "referrer_account_id referred_at", "referred_prospect_id is_valid"
    ),
    "fx_rates": Entity("rate_on currency", "rate"),
    "links": Entity("kind source id same_as_source same_as_id"),
}


@dataclass(frozen=True)
class Source:
    """A sub-folder, as sources.yml declares it."""

    name: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    decimal: str = "."
    date_order: str = ""


@dataclass(frozen=True)
class Settings:
    """The company's own settings, as far as KPIs depend on them here."""

    as_of: date
    zone: ZoneInfo
    currency: str
    internal_domains: list[str]
    sources: dict[str, Source]


def read_settings(exports: Path) -> Settings:
    """Read sources.yml; the cross-check wants an `as_of` in it, so that today does not matter."""
    document = yaml.safe_load((exports / "sources.yml").read_text(encoding="utf-8"))
    reporting = document["reporting"]
    read = {"encoding", "delimiter", "decimal", "date_order"}
    return Settings(
        reporting["as_of"],
        ZoneInfo(reporting["timezone"]),
        reporting["currency"],
        reporting.get("internal_domains", []),
        {
            name: Source(name, **{key: said[key] for key in read & said.keys()})
            for name, said in document["sources"].items()
        },
    )


def rows_of(file: Path, source: Source) -> Iterable[dict[str, str | None]]:
    """Yield the rows of a file that have a cell for every column, trimmed, empty ones as None."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    lines = io.StringIO(content.decode(source.encoding), newline="")
    reader = csv.reader(lines, delimiter=source.delimiter)
    header = [name.strip().casefold() for name in next(reader)]
    for cells in reader:
        if len(cells) == len(header):
            values = (cell.strip() or None for cell in cells)
            yield dict(zip(header, values, strict=True))


def read_time(text: str | None, source: Source, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    """Return a local time and whether it has a time of day; of two offsets the earlier (fold 0)."""
    found = TIME.fullmatch(text or "")
    if not found:
        return None
    if found["iso"]:
        year, month, day = map(int, found["iso"].split("-"))
    elif source.date_order == "dmy":
        day, month, year = map(int, found["local"].split("/"))
    elif source.date_order == "mdy":
        month, day, year = map(int, found["local"].split("/"))
    else:
        return None
    clock = [int(part) for part in (found["clock"] or "0:0").split(":")]
    try:
        return datetime(year, month, day, *clock, tzinfo=zone), found["clock"] is not None
    except ValueError:
        return None


def read_day(text: str | None, source: Source, zone: ZoneInfo) -> date | None:
    """Return a calendar day; a month is its first one."""
    if text and re.fullmatch(r"\d{4}-\d{2}", text):
        text += "-01"
    time = read_time(text, source, zone)
    return time[0].date() if time else None


def read_number(text: str | None, source: Source) -> float | None:
    """Return what is plainly a number."""
    plain = (text or "").replace(source.decimal, ".")
    return float(plain) if NUMBER.fullmatch(plain) else None


def read_row(
    entity: Entity, row: dict[str, str | None], source: Source, zone: ZoneInfo
) -> dict[str, Any]:
    """Return the typed values of a row; what does not parse is None."""
    values: dict[str, Any] = {}
    for column in entity.columns:
        text = row.get(column)
        if column.endswith("_at"):
            time = read_time(text, source, zone)
            stem = column.removesuffix("_at")
            values[column] = time and time[0].astimezone(UTC).replace(tzinfo=None)
            values[f"{stem}_day"] = time and time[0].date()
            values[f"{stem}_timed"] = time and time[1]
        elif column.endswith("_on") or column in DAYS:
            values[column] = read_day(text, source, zone)
        elif column in NUMBERS:
            values[column] = read_number(text, source)
        elif column.startswith("is_"):
            word = (text or "").casefold()
            values[column] = word in TRUE if word in TRUE | FALSE else None
        elif column in entity.words or column in {"channel", "outcome"}:
            values[column] = text and text.casefold()
        else:
            values[column] = text
    return values


def is_accepted(name: str, entity: Entity, values: dict[str, Any]) -> bool:
    """Say whether a row has what the contract requires, in its lists and ranges."""
    if any(values[column] is None for column in f"{entity.key} {entity.required}".split()):
        return False
    if any(values[column] not in words.split() for column, words in entity.words.items()):
        return False
    if any(values[column] < 0 for column in entity.not_negative.split()):
        return False
    if name == "reviews":
        return bool(1 <= values["rating"] <= 5)
    if name == "survey_responses":
        lowest = 0 if values["survey"] == "nps" else 1
        highest = {"nps": 10, "csat": values["scale_max"] or 5, "ces": values["scale_max"] or 7}
        return bool(lowest <= values["score"] <= highest[values["survey"]])
    return True


def records(name: str, entity: Entity, exports: Path, settings: Settings) -> list[dict[str, Any]]:
    """Return the records of an entity: of rows with one key the newest, else the last."""
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for source in settings.sources.values():
        pattern = re.compile(rf"{name}(_.*)?\.csv(\.gz)?")
        for file in sorted((exports / source.name).iterdir()):
            if not pattern.fullmatch(file.name):
                continue
            for row in rows_of(file, source):
                values = read_row(entity, row, source, settings.zone)
                if not is_accepted(name, entity, values):
                    continue
                key = tuple(
                    values[column] for column in f"{entity.key} {entity.key_may_be_empty}".split()
                )
                known = newest.get((source.name, *key), {}).get("updated_at")
                if not known or (values["updated_at"] or known) >= known:
                    newest[(source.name, *key)] = {"from_source": source.name, **values}
    return list(newest.values())


def arrow_type(column: str) -> pa.DataType:
    """Return the type of a column of the typed tables, by its name."""
    if column.endswith("_at"):
        return pa.timestamp("us")
    if column.endswith(("_day", "_on")) or column in DAYS:
        return pa.date32()
    if column.endswith("_timed") or column.startswith("is_"):
        return pa.bool_()
    return pa.float64() if column in NUMBERS else pa.string()


def load(exports: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Return a database in memory with one table per entity, empty for those not supplied."""
    connection = duckdb.connect()
    for name, entity in ENTITIES.items():
        columns = ["from_source", *read_row(entity, {}, Source(""), settings.zone)]
        schema = pa.schema([(column, arrow_type(column)) for column in columns])
        rows = pa.Table.from_pylist(records(name, entity, exports, settings), schema)
        connection.register("rows", rows)
        connection.execute(f"create table {name} as from rows")
    return connection


@contextmanager
def facts_of(exports: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """Open the facts that follow from the export files alone, with the day they are seen at."""
    settings = read_settings(exports)
    with load(exports, settings) as facts:
        facts.execute("set variable as_of = ?", [settings.as_of])
        facts.execute("set variable currency = ?", [settings.currency])
        facts.execute("set variable internal_domains = ?", [settings.internal_domains])
        facts.execute(FACTS.read_text(encoding="utf-8"))
        yield facts, settings.as_of
