"""The demo company's exports as they would have come day by day.

What belongs here: cutting what the demo writes at once into what was known on each day. What does
not: the demo itself, and what is made of the days.
"""

import csv
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from operator import itemgetter
from pathlib import Path

Row = dict[str, str]

LATE_SHARE, MOST_DAYS_LATE = 0.02, 12
"""Share of the activities that are entered late, and by how many days at most."""

_DAYS_TO_BOOK = 5
"""Days after its last day on which a cost or a month of work is booked."""


@dataclass(frozen=True)
class File:
    """A file of the demo: how it is written, and its rows."""

    header: list[str]
    rows: list[Row]
    encoding: str
    delimiter: str


def read_file(path: Path) -> File:
    """Read a file that the demo wrote."""
    encoding = "cp1252" if path.parent.name == "outreach" else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as lines:
        delimiter = ";" if ";" in lines.readline() else ","
        lines.seek(0)
        reader = csv.DictReader(lines, delimiter=delimiter, restkey="_more")
        rows = [row for row in reader if "_more" not in row and None not in row.values()]
        return File(list(reader.fieldnames or ()), rows, encoding, delimiter)


def write_file(path: Path, like: File, rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as the file is written that they come from; a file without rows is none."""
    listed = list(rows)
    if not listed:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = like.encoding.removesuffix("-sig")
    with path.open("w", encoding=encoding, newline="") as lines:
        writer = csv.DictWriter(lines, like.header, delimiter=like.delimiter)
        writer.writeheader()
        writer.writerows(listed)


@dataclass
class DailyExports:
    """The demo in `folder`, to be had day by day."""

    folder: Path
    seed: int = 1
    files: dict[str, File] = field(default_factory=dict)

    def file(self, name: str) -> File:
        """Return a file by its source and entity, such as `crm/deals`."""
        if name not in self.files:
            self.files[name] = read_file(self.folder / f"{name}.csv")
        return self.files[name]

    def crm(self, day: date) -> dict[str, list[Row]]:
        """Return the CRM's records as they stood at the end of a day: the whole of it."""
        stages: dict[str, str] = {}
        entered = []
        for row in self.file("crm/deal_stages").rows:
            if _is_by(row["entered_at"], day):
                entered.append(row)
                stages[row["deal_id"]] = row["stage"]
        found = {
            "accounts": self._known("crm/accounts", "created_at", day),
            "prospects": [
                _emptied(row, day, "qualified_at", "disqualified_at", "opted_out_at")
                for row in self._known("crm/prospects", "detected_at", day)
            ],
            "deals": [
                _open_deal(row, stages.get(row["deal_id"], "")) if _is_open(row, day) else row
                for row in self._known("crm/deals", "created_at", day)
            ],
            "deal_stages": entered,
            "quotes": [
                row
                if _is_by(row["decided_at"], day)
                else {**row, "status": "sent", "decided_at": ""}
                for row in self._known("crm/quotes", "sent_at", day)
            ],
            "suppressions": self._known("crm/suppressions", "requested_at", day),
            "referrals": self._known("crm/referrals", "referred_at", day),
        }
        for entity in ("links", "products", "reps"):
            found[entity] = self.file(f"crm/{entity}").rows
        return found

    def outreach(self, first: date, last: date) -> dict[str, list[Row]]:
        """Return the activities that were entered in these days, and the campaigns."""
        there = [row for at, row in self._activities if first <= at <= last]
        return {"activities": there, "campaigns": self._known_campaigns(last)}

    def finance(self, first: date, last: date) -> dict[str, list[Row]]:
        """Return what was booked in these days."""
        orders = self._between("finance/orders", lambda row: row["ordered_at"], first, last)
        ids = {row["order_id"] for row in orders}
        return {
            "orders": orders,
            "order_lines": [
                row for row in self.file("finance/order_lines").rows if row["order_id"] in ids
            ],
            "contracts": self._contracts(first, last),
            "costs": self._between(
                "finance/costs",
                lambda row: row["incurred_to"] or row["incurred_on"],
                first,
                last,
                _DAYS_TO_BOOK,
            ),
            "rep_time": self._between(
                "finance/rep_time", lambda row: f"{row['month']}-28", first, last, _DAYS_TO_BOOK
            ),
            "fx_rates": self._between("finance/fx_rates", lambda row: row["rate_on"], first, last),
            "targets": self.file("finance/targets").rows,
        }

    def support(self, first: date, last: date) -> dict[str, list[Row]]:
        """Return what customers said in these days."""
        at = {"survey_responses": "responded_at", "tickets": "opened_at", "reviews": "posted_at"}
        return {
            entity: self._between(f"support/{entity}", itemgetter(column), first, last)
            for entity, column in at.items()
        }

    def write(self, exports: Path, first: date, last: date) -> None:
        """Write what came in these days as dated folders, the CRM's as it stands at their end."""
        tables = {
            "crm": self.crm(last),
            "outreach": self.outreach(first, last),
            "finance": self.finance(first, last),
            "support": self.support(first, last),
        }
        for source, entities in tables.items():
            for entity, rows in entities.items():
                path = exports / source / f"{last:%Y-%m-%d}" / f"{entity}.csv"
                write_file(path, self.file(f"{source}/{entity}"), rows)

    @cached_property
    def _activities(self) -> list[tuple[date, Row]]:
        drawn = random.Random(self.seed)
        found = []
        for row in self.file("outreach/activities").rows:
            day = _day(row["occurred_at"])
            if day is not None:
                is_late = drawn.random() < LATE_SHARE
                late = drawn.randrange(1, MOST_DAYS_LATE) if is_late else 0
                found.append((day + timedelta(late), row))
        return found

    def _known(self, name: str, column: str, day: date) -> list[Row]:
        return [row for row in self.file(name).rows if _is_by(row[column], day)]

    def _known_campaigns(self, day: date) -> list[Row]:
        rows = self.file("outreach/campaigns").rows
        return [row for row in rows if not row["started_on"] or _is_by(row["started_on"], day)]

    def _between(
        self,
        name: str,
        told: Callable[[Row], str],
        first: date,
        last: date,
        days_later: int = 0,
    ) -> list[Row]:
        later = timedelta(days_later)
        return [
            row
            for row in self.file(name).rows
            if (day := _day(told(row))) is not None and first <= day + later <= last
        ]

    def _contracts(self, first: date, last: date) -> list[Row]:
        found = []
        for row in self.file("finance/contracts").rows:
            told = [_day(row[name]) for name in ("started_on", "cancelled_on")]
            if any(day is not None and first <= day <= last for day in told):
                cancelled = told[1]
                is_known = cancelled is not None and cancelled <= last
                found.append(row if is_known else {**row, "cancelled_on": "", "cancel_reason": ""})
        return found


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(number)


def _day(text: str) -> date | None:
    """Return the day that a cell names; the demo's flaws name none."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip()[:10], form).date()
        except ValueError:
            continue
    return None


def _is_by(text: str, day: date) -> bool:
    told = _day(text)
    return told is not None and told <= day


def _is_open(row: Row, day: date) -> bool:
    return not _is_by(row["closed_at"], day)


def _open_deal(row: Row, stage: str) -> Row:
    nothing = {"closed_at": "", "lost_reason": "", "updated_at": row["created_at"]}
    return {**row, **nothing, "status": "open", "stage": stage or "Qualification"}


def _emptied(row: Row, day: date, *columns: str) -> Row:
    emptied = {name: "" for name in columns if not _is_by(row[name], day)}
    return {**row, **emptied}
