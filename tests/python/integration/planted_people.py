"""A small company into which people are planted wherever a file of exports can hold a text.

What belongs here: the company, the people and where they are planted. What does not: what may be
told of them (see `test_nothing_about_people.py`).
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook

from orchestration.formats.descriptions import GENERIC, REP, Column, known_formats

CLEAN_ROWS = range(1, 7)
_SYLLABLES = [f"{one}{two}" for one in "bdfglmnprst" for two in "aeiou"]
_STAYING = ("reps", "campaigns")
"""Ids of reps and campaigns stay as they are, and so do the names of reps."""

ROWS: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "account_id": "A{n}", "name": "Company {n}", "sector": "Industrie", "country": "FR",
    },
    "prospects": {
        "prospect_id": "P{n}", "account_id": "A{n}", "first_name": "Anne", "last_name": "Martin{n}",
        "lead_source": "Salon", "detected_at": "2026-01-0{n}",
    },
    "products": {"product_id": "PR{n}", "name": "Product {n}", "family": "Logiciel"},
    "activities": {
        "activity_id": "T{n}", "occurred_at": "2026-02-0{n} 10:00", "channel": "email",
        "direction": "outbound", "outcome": "sent", "prospect_id": "P{n}", "rep_id": "R1",
        "campaign_id": "C1", "message_variant": "A",
    },
    "deals": {
        "deal_id": "D{n}", "account_id": "A{n}", "prospect_id": "P{n}", "rep_id": "R1",
        "stage": "Lost", "status": "lost", "amount": "100", "created_at": "2026-03-0{n}",
        "closed_at": "2026-04-0{n}", "lost_reason": "Prix", "pipeline": "Ventes",
    },
    "deal_contacts": {"deal_id": "D{n}", "prospect_id": "P{n}", "role": "Décideur"},
    "prospect_stages": {"prospect_id": "P{n}", "stage": "lead", "entered_at": "2026-03-0{n}"},
    "deal_stages": {"deal_id": "D{n}", "stage": "Lost", "entered_at": "2026-04-0{n}"},
    "quotes": {
        "quote_id": "Q{n}", "deal_id": "D{n}", "account_id": "A{n}", "prospect_id": "P{n}",
        "sent_at": "2026-03-1{n}", "status": "rejected", "amount": "100",
    },
    "orders": {
        "order_id": "O{n}", "account_id": "A{n}", "ordered_at": "2026-05-0{n}", "status": "placed",
        "amount": "50",
    },
    "order_lines": {
        "order_id": "O{n}", "line_number": "1", "product_id": "PR{n}", "quantity": "1",
        "unit_price": "50",
    },
    "contracts": {
        "contract_id": "K{n}", "account_id": "A{n}", "started_on": "2026-05-0{n}",
        "cancelled_on": "2026-07-0{n}", "cancel_reason": "Prix", "monthly_amount": "10",
    },
    "costs": {"cost_id": "X{n}", "incurred_on": "2026-05-0{n}", "cost_type": "ads", "amount": "5"},
    "rep_time": {"rep_id": "R1", "month": "2026-0{n}", "days": "2", "loaded_monthly_cost": "100"},
    "tickets": {
        "ticket_id": "I{n}", "account_id": "A{n}", "opened_at": "2026-06-0{n}",
        "category": "complaint", "reason": "Panne",
    },
    "survey_responses": {
        "response_id": "S{n}", "survey": "nps", "account_id": "A{n}",
        "responded_at": "2026-06-0{n}", "score": "9",
    },
    "reviews": {
        "review_id": "V{n}", "platform": "Annuaire", "posted_at": "2026-06-0{n}", "rating": "5",
        "account_id": "A{n}",
    },
    "referrals": {
        "referral_id": "F{n}", "referrer_account_id": "A{n}", "referred_prospect_id": "P{n}",
        "referred_at": "2026-06-0{n}",
    },
    "targets": {
        "kpi_id": "new_prospects", "grain": "month", "period_start": "2026-0{n}-01",
        "dimension": "lead_source", "dimension_value": "Salon", "target": "3",
    },
    "fx_rates": {"rate_on": "2026-01-0{n}", "currency": "CHF", "rate": "1.0{n}"},
    "suppressions": {"requested_at": "2026-06-0{n}", "kind": "opt_out", "prospect_id": "P{n}"},
    "campaigns": {"campaign_id": "C{n}", "name": "Campaign {n}", "target_segment": "PME"},
    "campaign_totals": {
        "campaign_id": "C{n}", "day": "2026-02-0{n}", "channel": "email", "sent": "9",
    },
    "links": {
        "kind": "prospect", "source": "crm", "id": "P{n}", "same_as_source": "crm",
        "same_as_id": "P{n}",
    },
}  # fmt: skip
"""Entity → a row of it; `{n}` is its number."""


@dataclass(frozen=True)
class Person:
    """A person who is planted once, and of whom every trace is therefore known by its place."""

    number: int

    @property
    def last_name(self) -> str:
        """A name that stands nowhere else."""
        one, two = divmod(self.number, len(_SYLLABLES))
        return f"Xo{_SYLLABLES[one]}{_SYLLABLES[two]}quez"

    @property
    def email(self) -> str:
        """Their address."""
        return f"ysolde.{self.last_name.lower()}@client.example"

    @property
    def phone(self) -> str:
        """Their number."""
        return f"06 98 76 {self.number // 100:02d} {self.number % 100:02d}"

    @property
    def profile(self) -> str:
        """Their page."""
        return f"https://www.linkedin.com/in/ysolde-{self.last_name.lower()}"

    @property
    def forms(self) -> tuple[str, ...]:
        """How people are written into cells that are not about them."""
        return (
            f"Ysolde {self.last_name}",
            f"voir Mme {self.last_name}",
            self.email,
            f"rappeler au {self.phone}",
            self.profile,
            f"{self.last_name.upper()}, Ysolde: ne veut plus rien",
        )


@dataclass
class Plants:
    """Where each person was planted."""

    places: list[str] = field(default_factory=list)

    def add(self, place: str, text: Callable[[Person], str] | None = None) -> str:
        """Plant one more person at a place; return the text to write there."""
        person = Person(len(self.places))
        self.places.append(place)
        return text(person) if text else person.forms[person.number % len(person.forms)]

    @property
    def people(self) -> Iterator[Person]:
        """Everybody who was planted."""
        return map(Person, range(len(self.places)))


def write_company(exports: Path, outside: Path) -> Plants:
    """Write the exports of the company, and a file `outside` them to which a link leads."""
    plants = Plants()
    (exports / "crm").mkdir(parents=True)
    (exports / "sources.yml").write_text(
        "reporting: {as_of: 2026-08-31, language: fr, currency: EUR}\n", encoding="utf-8"
    )
    for name, entity in known_formats()[GENERIC].entities.items():
        if name == "reps":
            continue
        rows = [_row(name, n) for n in CLEAN_ROWS if name != "campaigns" or n < 3]
        for column in entity.columns:
            if column.personal == REP or column.points_to in _STAYING:
                continue
            if (name, column.name) in {("campaigns", "campaign_id"), ("targets", "kind")}:
                continue
            rows.append(_planted(name, column, len(rows) + 1, plants))
        if name == "deals":
            shared = plants.add("a reason that six deals share", lambda who: who.forms[0])
            rows += [_row(name, n, lost_reason=shared, deal_id=f"DS{n}") for n in CLEAN_ROWS]
        if name == "accounts":
            shared = plants.add("a sector that six companies share", lambda who: who.email)
            rows += [_row(name, n, sector=shared, account_id=f"AS{n}") for n in CLEAN_ROWS]
        _write(exports / "crm" / f"{name}.csv", rows, entity.column_names)
    _write(exports / "crm" / "reps.csv", [{"rep_id": "R1", "name": "Rep One"}], ("rep_id", "name"))
    _write_odd_files(exports, outside, plants)
    base = [
        {
            "prospect_id": f"B{who.number}", "account_id": "A1", "first_name": "Ysolde",
            "last_name": who.last_name, "email": who.email, "phone": who.phone,
            "linkedin_url": who.profile, "detected_at": "2026-01-10",
        }
        for who in plants.people
    ]  # fmt: skip
    _write(exports / "crm" / "prospects_base.csv", base, tuple(base[0]))
    return plants


def _row(entity: str, n: int, **other: str) -> dict[str, str]:
    row = {column: text.format(n=n) for column, text in ROWS[entity].items()}
    return row | other


def _planted(entity: str, column: Column, number: int, plants: Plants) -> dict[str, str]:
    """Return a row whose cell of a column names somebody; its key is its own."""
    row = _row(entity, 1)
    key = next(iter(row))
    if row[key].endswith("1") and not entity.startswith(("deal_", "prospect_", "campaign_")):
        row[key] = f"{row[key]}-{number}"
    row[column.name] = plants.add(f"{entity}.{column.name}")
    return row


def _write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _write_odd_files(exports: Path, outside: Path, plants: Plants) -> None:
    """Plant people in names of files, members and sheets, in headers, and behind a link."""
    crm, other = exports / "crm", exports / "other"
    other.mkdir()
    header, row = "prospect_id,last_name,detected_at", "Z{n},Durand,2026-01-01"

    def put(path: Path, *lines: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    for n, form in enumerate((0, 2, 5)):
        named = plants.add(
            "the name of a file that is landed", lambda who, at=form: who.forms[at]
        ).replace("/", "-")
        put(crm / f"prospects_{named}.csv", header, row.format(n=n))
    named = plants.add("the name of a file that is no entity", lambda who: who.forms[0])
    put(crm / f"{named}.csv", "a,b", "1,2")
    named = plants.add("the name of a file that is refused", lambda who: who.email)
    put(crm / f"quotes_{named}.csv", "a,b", "1,2")
    named = plants.add("the name of a text", lambda who: who.forms[0])
    put(crm / f"{named}.txt", "no table")
    named = plants.add("the name of a picture", lambda who: who.forms[0])
    put(crm / f"{named}.png", "no table")
    named = plants.add("the name of a folder", lambda who: who.forms[0])
    put(crm / named / "deals.csv", "a,b", "1,2")
    heads = [
        plants.add("an unknown header", lambda who, at=at: who.forms[at]) for at in (0, 1, 2, 3)
    ]
    put(other / "accounts.csv", ",".join(["account_id", "name", *heads]), "U1,Union,x,x,x,x")
    cells = [
        plants.add("a cell of a first row", lambda who, at=at: who.forms[at]) for at in (0, 2, 3)
    ]
    put(
        other / "prospects.csv",
        ",".join(["P77", *cells]),
        ",".join(["P78", "Luc", "l@l.example", "1"]),
    )
    cells = [plants.add("a cell of a first row", lambda who: who.forms[0]) for _ in range(2)]
    put(other / "deals.csv", ",".join(["deal_id", *cells]), "D1,a,b")
    with zipfile.ZipFile(other / "several.zip", "w") as several:
        named = plants.add("the name of a member", lambda who: who.email)
        several.writestr(f"prospects_{named}.csv", f"{header}\n{row.format(n=8)}\n")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = plants.add("the name of a sheet", lambda who: who.forms[0])
    sheet.append(["something", "else"])
    sheet.append(["1", "2"])
    book.save(other / "quotes.xlsx")
    secret = plants.add("a cell behind a link", lambda who: who.email)
    put(outside, header, f"{secret},Durand,2026-01-01")
    (crm / "prospects_link.csv").symlink_to(outside)
