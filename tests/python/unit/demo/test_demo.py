"""The demo company: the same bytes every time, and a funnel that a sales director believes.

Everything is computed from the files as written, with Python's own csv reader: the generator's
tables are not asked.
"""

import csv
import gzip
import hashlib
import io
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.demo.company import AS_OF, FIRST_DAY, rep_count
from orchestration.demo.exports import EXPORTS, Export
from orchestration.demo.flaws import FLAWS
from orchestration.demo.generate import DemoReport, generate
from orchestration.errors import ConfigurationError

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "examples" / "demo"
FORMAT = ROOT / "orchestration" / "formats" / "generic.yml"

Row = dict[str, str]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    """Make the demo with the parameters of the committed example."""
    return generate(tmp_path_factory.mktemp("demo"), scale=1, seed=1, compress=True)


def content(folder: Path, name: str) -> bytes:
    """Read a file of a demo, unpacked."""
    path = folder / name
    return path.read_bytes() if path.exists() else gzip.decompress(Path(f"{path}.gz").read_bytes())


def records(folder: Path, export: Export) -> list[list[str]]:
    """Every record of a file, header first."""
    text = content(folder, export.name).decode(export.encoding)
    return list(csv.reader(io.StringIO(text), delimiter=export.delimiter))


def export_of(entity: str) -> Export:
    return next(export for export in EXPORTS if export.entity == entity)


Rows = Callable[[str], list[Row]]


def reader(report: DemoReport) -> Rows:
    """Read the rows of an entity without those wrong on purpose."""
    cache: dict[str, list[Row]] = {}

    def rows_of(entity: str) -> list[Row]:
        if entity not in cache:
            export = export_of(entity)
            header, *lines = records(report.out, export)
            flawed = sum(flaw.file == export.name for flaw in FLAWS)
            good = lines[: len(lines) - flawed]
            cache[entity] = [dict(zip(header, line, strict=True)) for line in good]
        return cache[entity]

    return rows_of


@pytest.fixture(scope="module")
def rows(report: DemoReport) -> Rows:
    """Read the demo with the parameters of the committed example."""
    return reader(report)


def french_time(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def iso_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ".") or "0")


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


# The same parameters, the same bytes


def test_same_bytes_at_one_and_two_threads(tmp_path: Path) -> None:
    # above 122,880 activities: smaller tables are one row group, which one thread reads
    one = generate(tmp_path / "one", scale=7, seed=3, threads=1)
    two = generate(tmp_path / "two", scale=7, seed=3, threads=2)
    assert one.rows("activities") > 122_880
    assert digests(one.out) == digests(two.out)


def test_another_seed_is_another_company(tmp_path: Path) -> None:
    first = generate(tmp_path / "first", scale=0.1, seed=1)
    second = generate(tmp_path / "second", scale=0.1, seed=2)
    differing = {
        name for name, digest in digests(first.out).items() if digests(second.out)[name] != digest
    }
    made_by_chance = {export.name for export in EXPORTS} - {"crm/products.csv", "crm/links.csv"}
    assert made_by_chance <= differing


def test_a_demo_is_renewed_in_place(tmp_path: Path) -> None:
    generate(tmp_path / "demo", scale=0.1, seed=2, compress=True)
    renewed = generate(tmp_path / "demo", scale=0.1, seed=1)
    fresh = generate(tmp_path / "fresh", scale=0.1, seed=1)
    assert digests(renewed.out) == digests(fresh.out)


def test_committed_example_is_what_the_generator_makes(report: DemoReport) -> None:
    made = {path.relative_to(report.out) for path in report.out.rglob("*") if path.is_file()}
    committed = {path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.is_file()}
    assert committed == made
    for name in sorted(made):
        plain = name.as_posix().removesuffix(".gz")
        # unpacked: how well zlib packs is not ours to promise
        assert content(EXAMPLE, plain) == content(report.out, plain), (
            f"{name} is stale: prospection demo --out examples/demo --compress"
        )


def test_committed_example_is_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) <= 1_000_000


# The form of the files


TOLD_BY_TOOLS = {"campaign_totals", "deal_contacts", "prospect_stages"}
"""What a CRM or a mailing tool tells, and a company that knows its people one by one need not."""


def test_every_entity_of_the_generic_format_is_in_one_file() -> None:
    entities = set(yaml.safe_load(FORMAT.read_text("utf-8"))["entities"])
    assert sorted(export.entity for export in EXPORTS) == sorted(entities - TOLD_BY_TOOLS)


def test_headers_are_columns_of_the_generic_format(report: DemoReport) -> None:
    entities: dict[str, Any] = yaml.safe_load(FORMAT.read_text("utf-8"))["entities"]
    for export in EXPORTS:
        header = records(report.out, export)[0]
        columns = entities[export.entity]["columns"]
        required = {name for name, column in columns.items() if column.get("required")}
        assert set(header) <= set(columns), export.name
        assert required <= set(header), export.name


def test_sources_yml_describes_the_files(report: DemoReport) -> None:
    settings = yaml.safe_load((report.out / "sources.yml").read_text("utf-8"))
    assert settings["reporting"]["as_of"] == AS_OF
    for export in EXPORTS:
        source = settings["sources"][export.source]
        assert source.get("delimiter", ",") == export.delimiter
        assert source.get("encoding", "utf-8") == export.encoding


def test_outreach_is_windows_1252(report: DemoReport) -> None:
    raw = content(report.out, "outreach/activities.csv")
    text = raw.decode("cp1252")
    assert {"é", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{EN DASH}"} <= set(text)
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_report_counts_what_the_files_hold(report: DemoReport, rows: Rows) -> None:
    for export, file in zip(EXPORTS, report.files, strict=True):
        assert file.rows == len(rows(export.entity))
        assert file.rows + file.flawed_rows == len(records(report.out, export)) - 1
        assert file.size_bytes == file.path.stat().st_size
    assert f"{report.prospects:,} prospects" in report.text()
    assert report.won == len(
        {row["prospect_id"] or row["deal_id"] for row in won_deals(rows, "Nouveaux clients")}
    )


# Wrong on purpose


def test_every_flaw_is_in_its_file_and_in_the_readme(report: DemoReport) -> None:
    note = (report.out / "README.md").read_text("utf-8")
    for export in EXPORTS:
        flaws = [flaw for flaw in FLAWS if flaw.file == export.name]
        lines = content(report.out, export.name).decode(export.encoding).splitlines()
        expected = [lines[flaw.repeats] if flaw.repeats else flaw.line for flaw in flaws]
        assert lines[len(lines) - len(flaws) :] == expected
    for flaw in FLAWS:
        assert f"| {flaw.file} | {flaw.record} | {flaw.what} | {flaw.expected} |" in note


def test_flaws_have_the_cells_they_claim(report: DemoReport) -> None:
    for export in EXPORTS:
        header, *lines = records(report.out, export)
        flaws = [flaw for flaw in FLAWS if flaw.file == export.name]
        for flaw, line in zip(flaws, lines[len(lines) - len(flaws) :], strict=True):
            surplus = 1 if "one cell too many" in flaw.what else 0
            assert len(line) == len(header) + surplus, flaw.record


def test_flaws_refer_to_records_of_the_smallest_demo(tmp_path: Path) -> None:
    small = generate(tmp_path, scale=0.05, seed=1)
    known = {
        line[0]
        for entity in ("accounts", "prospects", "reps", "products")
        for line in records(small.out, export_of(entity))[1:]
    }
    for flaw in FLAWS:
        cells = flaw.line.replace(";", ",").split(",")
        ids = {cell for cell in cells if cell[:1] in "APR" and cell[1:].isdigit()}
        unknown = {cell for cell in ids - known if not cell.endswith(("99999", "99998", "R99"))}
        assert not unknown, flaw.record


# What a sales director would look at


def won_deals(rows: Rows, pipeline: str | None = None) -> list[Row]:
    return [
        row
        for row in rows("deals")
        if row["status"] == "won" and pipeline in (None, row["pipeline"])
    ]


def answered_prospects(rows: Rows) -> set[str]:
    """Everyone with an answer, by the number that their activities carry."""
    return {
        row["activity_id"][1:8]
        for row in rows("activities")
        if row["outcome"] in ("answered", "accepted", "reply") and row["is_service"] == "non"
    }


def touches(rows: Rows) -> Iterator[Row]:
    return (
        row
        for row in rows("activities")
        if row["direction"] == "outbound"
        and row["channel"] != "meeting"
        and row["is_service"] == "non"
    )


def share(part: int, whole: int) -> float:
    return part / whole


def test_size_at_scale_1(report: DemoReport) -> None:
    assert 18_000 <= report.rows("activities") <= 22_000
    assert sum(file.rows for file in report.files) < 35_000
    assert 2_500 <= report.rows("accounts") <= 3_000
    assert report.prospects == 4_000


def test_funnel_narrows_as_funnels_do(rows: Rows) -> None:
    base = len(rows("prospects"))
    contacted = {row["activity_id"][1:8] for row in touches(rows)}
    qualified = [row for row in rows("prospects") if row["qualified_at"]]
    met = {
        row["activity_id"][1:8]
        for row in rows("activities")
        if row["channel"] == "meeting" and row["outcome"] == "held"
    }
    won = won_deals(rows, "Nouveaux clients")
    assert 0.80 <= share(len(contacted), base) <= 0.90
    assert 0.25 <= share(len(answered_prospects(rows)), base) <= 0.33
    assert 0.08 <= share(len(qualified), base) <= 0.13
    assert 0.07 <= share(len(met), base) <= 0.11
    assert 0.025 <= share(len(won), len(contacted)) <= 0.045


@pytest.mark.parametrize(
    ("channel", "outcome", "least", "most"),
    [
        ("call", "answered", 0.18, 0.30),
        ("linkedin", "accepted", 0.14, 0.30),
        ("email", "bounced", 0.005, 0.03),
        ("email", "unsubscribed", 0.002, 0.01),
        ("email", "clicked", 0.02, 0.08),
    ],
)
def test_outcomes_of_a_channel(
    rows: Rows, channel: str, outcome: str, least: float, most: float
) -> None:
    outcomes = Counter(row["outcome"] for row in touches(rows) if row["channel"] == channel)
    assert least <= share(outcomes[outcome], outcomes.total()) <= most


def test_email_reply_rate(rows: Rows) -> None:
    sent = sum(row["channel"] == "email" for row in touches(rows))
    replies = sum(
        row["channel"] == "email" and row["outcome"] == "reply" for row in rows("activities")
    )
    assert 0.03 <= share(replies, sent) <= 0.08


def test_meetings_are_booked_before_they_are_held_or_missed(rows: Rows) -> None:
    meetings = [row for row in rows("activities") if row["channel"] == "meeting"]
    outcomes = Counter(row["outcome"] for row in meetings)
    assert 0.08 <= share(outcomes["no_show"], outcomes["no_show"] + outcomes["held"]) <= 0.16
    for row in meetings:
        assert french_time(row["created_at"]) < french_time(row["occurred_at"])
        is_ahead = french_time(row["occurred_at"]).date() > AS_OF
        assert (row["outcome"] == "booked") == is_ahead


def test_nothing_but_booked_meetings_lies_outside_the_two_years(rows: Rows) -> None:
    for row in rows("activities"):
        day = french_time(row["occurred_at"]).date()
        assert day >= FIRST_DAY
        assert day <= AS_OF or row["outcome"] == "booked"
    for entity, columns in {
        "prospects": ("detected_at", "qualified_at", "disqualified_at", "opted_out_at"),
        "deals": ("created_at", "closed_at", "updated_at"),
        "deal_stages": ("entered_at",),
        "accounts": ("created_at", "updated_at"),
        "quotes": ("sent_at", "decided_at"),
        "tickets": ("opened_at", "closed_at"),
        "survey_responses": ("responded_at",),
        "reviews": ("posted_at",),
        "referrals": ("referred_at",),
        "suppressions": ("requested_at",),
    }.items():
        for row in rows(entity):
            for column in columns:
                assert not row[column] or FIRST_DAY <= iso_time(row[column]).date() <= AS_OF


def test_seasons(rows: Rows) -> None:
    days = Counter(french_time(row["occurred_at"]).date() for row in touches(rows))
    months: Counter[date] = Counter()
    for day, count in days.items():
        months[day.replace(day=1)] += count
    for year in (2025, 2026):
        # the calendar paces August at 0.45 to 0.70 of other months, more than half on average
        assert months[date(year, 8, 1)] < 0.7 * months[date(year, 6, 1)]
    christmas = sum(days[date(2025, 12, 22) + timedelta(n)] for n in range(10))
    november = sum(days[date(2025, 11, 17) + timedelta(n)] for n in range(10))
    assert christmas < 0.4 * november
    holidays = [
        date(2024, 11, 11),
        date(2025, 4, 21),
        date(2025, 7, 14),
        date(2025, 11, 11),
        date(2026, 4, 6),
    ]
    a_week_later = [holiday + timedelta(7) for holiday in holidays]
    assert sum(days[day] for day in holidays) < 0.2 * sum(days[day] for day in a_week_later)
    assert not any(day.weekday() >= 5 for day in days)
    assert months[date(2026, 9, 1)] > 1.1 * months[date(2025, 9, 1)]


def test_reps_keep_business_hours(rows: Rows) -> None:
    hours = Counter(french_time(row["occurred_at"]).hour for row in touches(rows))
    assert min(hours) >= 8
    assert max(hours) <= 18
    assert share(hours[12] + hours[13], hours.total()) < 0.15


def test_deals_cycles_amounts_and_open_pipeline(rows: Rows) -> None:
    deals = [row for row in rows("deals") if row["pipeline"] == "Nouveaux clients"]
    status = Counter(row["status"] for row in deals)
    assert 0.25 <= share(status["won"], status["won"] + status["lost"]) <= 0.42
    assert 0.05 <= share(status["open"], status.total()) <= 0.30
    cycles = [
        (iso_time(row["closed_at"]).date() - iso_time(row["created_at"]).date()).days
        for row in deals
        if row["status"] == "won"
    ]
    assert min(cycles) >= 0
    assert 30 <= statistics.median(cycles) <= 90
    assert 6_000 <= statistics.median(float(row["amount"]) for row in won_deals(rows)) <= 12_000
    assert all(row["expected_close_on"] for row in deals if row["status"] == "open")
    lost = [row for row in deals if row["status"] == "lost"]
    assert 0.8 <= share(sum(bool(row["lost_reason"]) for row in lost), len(lost)) < 1


def test_a_deal_wins_in_every_quarter(rows: Rows) -> None:
    closed = (iso_time(row["closed_at"]) for row in won_deals(rows))
    quarters = Counter((day.year, (day.month - 1) // 3) for day in closed)
    assert len(quarters) == 8
    assert min(quarters.values()) >= 4


def rate_by(rows: Rows, column: str) -> dict[str, float]:
    """Share of those who answered among a column's prospects, where there are over 100."""
    answered = answered_prospects(rows)
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows("prospects"):
        found[row[column]].append(row["prospect_id"][1:] in answered)
    return {
        value: share(sum(flags), len(flags)) for value, flags in found.items() if len(flags) > 100
    }


def test_reps_and_lead_sources_differ(rows: Rows) -> None:
    by_source = rate_by(rows, "lead_source")
    assert by_source["Recommandation"] > 1.5 * by_source["Fichier acheté"]
    assert by_source["Site web"] > 1.3 * by_source["Fichier acheté"]
    by_rep = rate_by(rows, "owner_rep_id")
    assert len(by_rep) >= 5
    assert max(by_rep.values()) > 1.15 * min(by_rep.values())


def test_seven_reps_in_three_teams_who_come_go_and_move_in_mid_month(rows: Rows) -> None:
    reps = rows("reps")
    assert len({row["rep_id"] for row in reps}) == 7
    assert len({row["team"] for row in reps}) == 3
    moved = [row for row in reps if row["rep_id"] == "R05"]
    assert [row["team"] for row in moved] == ["Nord-Est", "Ouest"]
    move = date.fromisoformat(moved[1]["valid_from"])
    assert move == date.fromisoformat(moved[0]["valid_to"]) + timedelta(1)
    joined = [date.fromisoformat(row["valid_from"]) for row in reps]
    left = [date.fromisoformat(row["valid_to"]) for row in reps if row["valid_to"]]
    assert len({day for day in (*joined, *left) if 5 < day.day < 26}) >= 4


def test_nobody_works_before_joining_or_after_leaving(rows: Rows) -> None:
    joined = {row["rep_id"]: row["valid_from"] for row in reversed(rows("reps"))}
    left = {row["rep_id"]: row["valid_to"] or "9999-12-31" for row in rows("reps")}
    for row in rows("activities"):
        day = french_time(row["occurred_at"]).date().isoformat()
        assert joined[row["rep_id"]] <= day <= left[row["rep_id"]]
    gone = {rep for rep, day in left.items() if day < AS_OF.isoformat()}
    assert gone
    for entity in ("accounts", "prospects"):
        assert not gone & {row["owner_rep_id"] for row in rows(entity)}
    for row in rows("deals"):
        assert (row["closed_at"] or AS_OF.isoformat())[:10] <= left[row["rep_id"]]


def test_a_larger_company_has_more_reps_but_never_more_than_sixty() -> None:
    assert [rep_count(scale) for scale in (0.1, 1, 4, 50, 500)] == [7, 7, 14, 49, 60]


def test_nobody_is_contacted_before_being_detected(rows: Rows) -> None:
    detected = {row["prospect_id"][1:]: iso_time(row["detected_at"]) for row in rows("prospects")}
    for row in rows("activities"):
        assert french_time(row["occurred_at"]) >= detected[row["activity_id"][1:8]]


def test_answers_name_a_touch_that_was_made_before(rows: Rows) -> None:
    made = {row["activity_id"]: french_time(row["occurred_at"]) for row in rows("activities")}
    assert len(made) == len(rows("activities"))
    answers = [row for row in rows("activities") if row["in_reply_to"]]
    assert len(answers) > 400
    for row in answers:
        assert row["direction"] == "inbound"
        assert made[row["in_reply_to"]] <= made[row["activity_id"]]


def test_most_people_are_known_by_id_and_some_by_address_only(rows: Rows) -> None:
    known = Counter(
        next(
            (
                column
                for column in ("prospect_id", "account_id", "email", "linkedin_url", "phone")
                if row[column]
            ),
            "nothing",
        )
        for row in rows("activities")
    )
    assert known["nothing"] == 0
    assert share(known["prospect_id"], known.total()) > 0.9
    assert known["email"] > 300
    assert known["linkedin_url"] > 50
    assert known["account_id"] > 50
    addresses = {row["email"] for row in rows("prospects")}
    profiles = {row["linkedin_url"] for row in rows("prospects")}
    for row in rows("activities"):
        assert not row["email"] or row["email"].lower() in addresses
        assert not row["linkedin_url"] or row["linkedin_url"] in profiles


def test_a_prospects_address_is_its_own(rows: Rows) -> None:
    addresses = Counter(row["email"] for row in rows("prospects") if row["email"])
    assert max(addresses.values()) == 1


def test_references_hold(rows: Rows) -> None:
    ids = {
        column: {row[column] for row in rows(entity)}
        for column, entity in {
            "account_id": "accounts",
            "prospect_id": "prospects",
            "rep_id": "reps",
            "campaign_id": "campaigns",
            "deal_id": "deals",
            "product_id": "products",
            "order_id": "orders",
            "contract_id": "contracts",
        }.items()
    }
    ids["owner_rep_id"] = ids["manager_rep_id"] = ids["rep_id"]
    ids["parent_account_id"] = ids["referrer_account_id"] = ids["account_id"]
    ids["referred_prospect_id"] = ids["prospect_id"]
    ids["renewed_by_contract_id"] = ids["contract_id"]
    for export in EXPORTS:
        for row in rows(export.entity):
            for column in ids.keys() & row.keys():
                assert not row[column] or row[column] in ids[column], (export.name, column, row)


def test_stages_tell_a_deals_way_in_order(rows: Rows) -> None:
    ways: dict[str, list[Row]] = defaultdict(list)
    for row in rows("deal_stages"):
        ways[row["deal_id"]].append(row)
    for deal in rows("deals"):
        way = ways[deal["deal_id"]]
        entered = [iso_time(row["entered_at"]) for row in way]
        assert entered == sorted(entered)
        assert entered[0] == iso_time(deal["created_at"])
        assert way[-1]["stage"] == deal["stage"]
        if deal["status"] != "open":
            assert entered[-1] == iso_time(deal["closed_at"])


def test_orders_follow_wins_and_some_customers_reorder(rows: Rows) -> None:
    orders = rows("orders")
    won = {row["deal_id"]: row for row in won_deals(rows)}
    ordered_on = {row["order_id"]: french_time(row["ordered_at"] + " 00:00") for row in orders}
    first = [row for row in orders if row["deal_id"]]
    assert share(len(first), len(won)) > 0.9
    for row in first:
        closed = iso_time(won[row["deal_id"]]["closed_at"]).date()
        assert ordered_on[row["order_id"]].date() >= closed
    per_account = Counter(row["account_id"] for row in orders if row["account_id"])
    assert 0.15 <= share(sum(n > 1 for n in per_account.values()), len(per_account)) <= 0.6
    assert {row["status"] for row in orders} == {"placed", "cancelled", "refunded"}


def test_order_lines_add_up_to_the_order(rows: Rows) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows("order_lines"):
        sums[row["order_id"]] += int(row["quantity"]) * amount(row["unit_price"]) - amount(
            row["discount_amount"]
        )
    assert 0.9 <= share(len(sums), len(rows("orders"))) < 1
    for row in rows("orders"):
        if row["order_id"] in sums:
            assert sums[row["order_id"]] == amount(row["amount"])


def passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(number[::-1])]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def test_luhn_knows_a_right_number_from_a_wrong_one() -> None:
    assert passes_luhn("732829320")
    assert not passes_luhn("732829325")


def test_nobody_and_nothing_is_real(rows: Rows) -> None:
    for row in rows("prospects"):
        digits = row["phone"].replace(" ", "").replace("+33", "0")
        assert not digits or digits[:6] in ("019900", "063998")
        assert not digits or len(digits) == 10
        assert not row["email"] or row["email"].endswith(".example")
        assert "/in/demo-" in (row["linkedin_url"] or "/in/demo-")
    numbers = [row["registration_number"] for row in rows("accounts")]
    assert len(set(numbers)) == len(numbers) - numbers.count("") + 1
    for row in rows("accounts"):
        assert not row["domain"] or row["domain"].endswith(".example")
        number = row["registration_number"]
        assert not number or (len(number) == 9 and not passes_luhn(number))


def test_some_records_are_not_tidy(rows: Rows) -> None:
    accounts, prospects = rows("accounts"), rows("prospects")
    assert any(not row["sector"] for row in accounts)
    assert any(not row["employee_count"] for row in accounts)
    assert any(not row["email"] for row in prospects)
    assert any(not row["account_id"] for row in prospects)
    assert any(row["is_service"] == "oui" for row in rows("activities"))
    late = [
        row
        for row in rows("deals")
        if row["status"] == "open" and date.fromisoformat(row["expected_close_on"]) < AS_OF
    ]
    assert late


# Wrong use


@pytest.mark.parametrize("scale", [0, -1, 0.01, 5000, float("nan")])
def test_impossible_scales_are_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ConfigurationError, match="--scale"):
        generate(tmp_path / "demo", scale=scale)
    assert not (tmp_path / "demo").exists()


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--seed"):
        generate(tmp_path / "demo", seed=-1)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "accounts.csv"
    mine.write_text("account_id,name\n1,Mine\n")
    with pytest.raises(ConfigurationError, match="not empty"):
        generate(tmp_path, scale=0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.csv"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    place.write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        generate(place, scale=0.1)


def test_progress_names_every_file(tmp_path: Path) -> None:
    messages: list[str] = []
    generate(tmp_path, scale=0.05, progress=messages.append)
    assert {f"writing {export.name}" for export in EXPORTS} <= set(messages)


# The other entities


def test_offers_follow_their_deal(rows: Rows) -> None:
    deals = {row["deal_id"]: row for row in rows("deals")}
    quotes = rows("quotes")
    for row in quotes:
        deal = deals[row["deal_id"]]
        assert deal["created_at"] <= row["sent_at"] <= (row["decided_at"] or "9999")
        assert (row["status"] in ("accepted", "rejected")) == bool(row["decided_at"])
        if row["status"] == "accepted":
            assert deal["status"] == "won"
            assert row["decided_at"] == deal["closed_at"]
    statuses = Counter(row["status"] for row in quotes)
    assert set(statuses) == {"sent", "accepted", "rejected", "expired"}
    settled = statuses.total() - statuses["sent"]
    assert 0.3 <= share(statuses["accepted"], settled) <= 0.6


def test_contracts_run_a_year_and_most_are_renewed(rows: Rows) -> None:
    contracts = {row["contract_id"]: row for row in rows("contracts")}
    ended = [
        row
        for row in contracts.values()
        if french_time(row["ends_on"] + " 00:00").date() < AS_OF or row["cancelled_on"]
    ]
    for row in contracts.values():
        follower = contracts.get(row["renewed_by_contract_id"])
        if follower:
            assert not row["cancelled_on"]
            end = french_time(row["ends_on"] + " 00:00")
            assert french_time(follower["started_on"] + " 00:00") == end + timedelta(1)
    renewed = sum(bool(row["renewed_by_contract_id"]) for row in ended)
    assert 0.4 <= share(renewed, len(ended)) <= 0.9
    assert any(row["cancel_reason"] for row in ended)


def test_costs_of_letters_tools_and_sending_accounts(rows: Rows) -> None:
    costs = rows("costs")
    months = {row["incurred_on"][3:] for row in costs}
    assert len(months) == 24
    for kind in ("tools", "sending_accounts", "ads"):
        assert {row["incurred_on"][3:] for row in costs if row["cost_type"] == kind} == months
    mailings = {row["campaign_id"] for row in rows("campaigns") if row["channel"] == "mail"}
    for kind, price in (("printing", Decimal("0.74")), ("postage", Decimal("1.39"))):
        paid: dict[str, Decimal] = defaultdict(Decimal)
        for row in costs:
            if row["cost_type"] == kind:
                assert row["channel"] == "mail"
                paid[row["campaign_id"]] += amount(row["amount"])
        assert set(paid) == mailings
        letters = Counter(
            row["campaign_id"]
            for row in touches(rows)
            if row["channel"] == "mail" and row["campaign_id"] in mailings
        )
        fixed = 180 if kind == "printing" else 0
        assert {name: fixed + price * count for name, count in letters.items()} == dict(paid)
    assert {row["currency"] for row in costs} == {"EUR", "CHF"}
    assert {row["nature"] for row in costs} == {"automation", "media", "other"}


def test_reps_prospect_for_a_part_of_their_days(rows: Rows) -> None:
    spent: dict[tuple[str, str], float] = defaultdict(float)
    working: dict[tuple[str, str], float] = {}
    for row in rows("rep_time"):
        key = (row["rep_id"], row["month"])
        spent[key] += float(amount(row["days"]))
        working[key] = float(row["working_days"])
        assert 4_000 <= amount(row["loaded_monthly_cost"]) <= 8_000
    assert all(0 < days <= 0.8 * working[key] for key, days in spent.items())
    whole_months = [days for (rep, month), days in spent.items() if rep == "R01"]
    assert 7 <= statistics.median(whole_months) <= 14
    assert ("R04", "2026-05") in spent
    assert ("R04", "2026-06") not in spent


def test_swiss_customers_pay_in_francs_that_have_a_rate(rows: Rows) -> None:
    swiss = {row["account_id"] for row in rows("accounts") if row["country"] == "CH"}
    for entity in ("deals", "quotes", "orders", "contracts"):
        currencies = Counter(row["currency"] for row in rows(entity))
        assert set(currencies) == {"EUR", "CHF"}, entity
        for row in rows(entity):
            assert (row["currency"] == "CHF") == (row["account_id"] in swiss)
    rates = {row["rate_on"]: float(amount(row["rate"])) for row in rows("fx_rates")}
    assert len(rates) == 24
    assert min(rates, key=lambda day: french_time(day + " 00:00")) == f"{FIRST_DAY:%d/%m/%Y}"
    assert all(0.9 < rate < 1.2 for rate in rates.values())


def test_targets_are_absolute_or_a_change_on_a_year_before(rows: Rows) -> None:
    with (ROOT / "seeds" / "kpi_catalog.csv").open(encoding="utf-8") as file:
        known = {row["kpi_id"] for row in csv.DictReader(file)}
    targets = rows("targets")
    assert {row["kpi_id"] for row in targets} <= known
    assert {row["kind"] for row in targets} == {"target", "forecast", "budget"}
    assert {row["grain"] for row in targets} == {"month", "quarter", "year"}
    assert {row["dimension"] for row in targets} == {"all", "rep", "team", "channel"}
    for row in targets:
        assert bool(row["target"]) != bool(row["change"])
        assert bool(row["change"]) == bool(row["baseline_start"])
        if row["baseline_start"]:
            assert row["baseline_start"] == row["period_start"].replace("2026", "2025")
    keys = Counter(tuple(row[name] for name in list(row)[:6]) for row in targets)
    assert max(keys.values()) == 1


def test_complaints_have_a_few_main_reasons(rows: Rows) -> None:
    bad = ("complaint", "dissatisfaction", "refund_request")
    reasons = Counter(row["reason"] for row in rows("tickets") if row["category"] in bad)
    assert len(reasons) >= 5
    assert sum(count for _, count in reasons.most_common(2)) > 0.4 * reasons.total()
    assert {row["category"] for row in rows("tickets")} == {
        *bad, "compliment", "question", "service",
    }  # fmt: skip


def test_most_customers_are_content(rows: Rows) -> None:
    scores: dict[str, list[int]] = defaultdict(list)
    for row in rows("survey_responses"):
        scores[row["survey"]].append(int(row["score"]))
    assert set(scores) == {"nps", "csat", "ces"}
    nps = scores["nps"]
    promoters, detractors = sum(s >= 9 for s in nps), sum(s <= 6 for s in nps)
    assert 0 <= 100 * share(promoters - detractors, len(nps)) <= 50
    assert 0.4 <= share(sum(s >= 4 for s in scores["csat"]), len(scores["csat"])) <= 0.9
    assert 3 <= statistics.mean(int(row["rating"]) for row in rows("reviews")) <= 4.7


def test_customers_recommend_prospects(rows: Rows) -> None:
    sources = {row["prospect_id"]: row for row in rows("prospects")}
    first_won: dict[str, str] = {}
    for row in won_deals(rows):
        first_won[row["account_id"]] = min(
            row["closed_at"], first_won.get(row["account_id"], "9999")
        )
    assert len(rows("referrals")) > 50
    for row in rows("referrals"):
        assert first_won[row["referrer_account_id"]] < row["referred_at"]
        if row["referred_prospect_id"]:
            assert sources[row["referred_prospect_id"]]["lead_source"] == "Recommandation"


def test_suppressions_hold_every_opt_out_and_some_erasures(rows: Rows) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for row in rows("suppressions"):
        asked[row["kind"]].add(row["prospect_id"])
    assert asked["opt_out"] == {
        row["prospect_id"] for row in rows("prospects") if row["opted_out_at"]
    }
    assert asked["erasure"]


def test_links_name_records_of_the_demo(report: DemoReport, rows: Rows) -> None:
    for row in rows("links"):
        export = export_of(row["kind"] + "s")
        ids = {line[0] for line in records(report.out, export)}
        assert {row["id"], row["same_as_id"]} <= ids
