"""The mistakes that other systems make with sales KPIs, each on data where it would show.

What belongs here: one test per known mistake, all on one small company, with the values worked by
hand. What does not: the rules in general, which are unit tests, and the demo (test_cross_check).
"""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.assistant.answers import PublishedAnswers
from orchestration.cli import main
from orchestration.errors import ConfigurationError
from orchestration.landing.reference_tables import read_reference
from orchestration.paths import Paths
from orchestration.publication.versions import current_version
from orchestration.refresh.reporting import write_report
from orchestration.settings.keys import read_or_make_key, rep_pseudonym
from orchestration.spreadsheet.exporting import export

from ..conftest import refresh
from .every_byte import texts_of

SOURCES = """
reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-06-30, rep_names: false}
sources:
  crm: {format: generic}
  outreach: {format: generic, refers_to: crm}
  finance: {format: generic, refers_to: crm}
"""

# four people detected in November, then one in December, two in January, one in June; P6 and P7
# are qualified in June
PROSPECTS = """
prospect_id,account_id,owner_rep_id,detected_at,qualified_at
P1,A1,R1,2025-11-03,2025-11-20
P2,A2,R1,2025-11-04,2025-11-21
P3,A3,R1,2025-11-05,
P4,A4,R1,2025-11-06,
P5,A5,R1,2025-12-02,
P6,A6,R2,2026-01-05,2026-06-10
P7,A7,R2,2026-01-06,2026-06-11
P8,A8,R2,2026-06-01,
"""

ACCOUNTS = """
account_id,name
A1,Alpha
A2,Beta
A3,Gamma
A4,Delta
A5,Epsilon
A6,Zeta
A7,Eta
A8,Theta
A9,Iota
"""

# D4 is closed ten days before it was created; D5 is the only one still open, and the only one of R2
DEALS = """
deal_id,account_id,prospect_id,rep_id,stage,status,amount,created_at,closed_at,probability
D1,A1,P1,R1,Gagnée,won,800,2025-12-01,2025-12-21,100
D2,A2,P2,R1,Perdue,lost,5000,2025-12-05,2026-05-20,0
D3,A2,P2,R1,Perdue,lost,300,2025-12-10,2025-12-15,0
D4,A9,,R1,Gagnée,won,100,2025-12-18,2025-12-08,100
D5,A6,P6,R2,Proposition,open,1000,2026-04-10,,40
"""

# D2 goes back and forth: three entries into a proposal or a negotiation are one deal
DEAL_STAGES = """
deal_id,stage,entered_at
D2,Qualification,2025-12-05
D2,Proposition,2025-12-08
D2,Négociation,2026-01-10
D2,Proposition,2026-02-01
D2,Perdue,2026-05-20
D5,Proposition,2026-04-10
"""

# two quotes to the same person, both lost
QUOTES = """
quote_id,deal_id,prospect_id,sent_at,status,decided_at,amount
Q1,D1,P1,2025-12-05,accepted,2025-12-20,800
Q2,D2,P2,2025-12-12,rejected,2026-05-20,5000
Q3,D2,P2,2026-01-11,rejected,2026-05-20,4500
"""

# in April seven tasks with P7 are in the tool, done or not: two touches left, one meeting was held
ACTIVITIES = """
activity_id,occurred_at,channel,direction,outcome,prospect_id,rep_id,created_at
T1,2025-11-10 10:00,call,outbound,answered,P1,R1,
T2,2025-11-10 10:20,call,outbound,answered,P2,R1,
T3,2025-11-10 10:40,call,outbound,voicemail,P3,R1,
T4,2025-12-03 10:00,email,outbound,sent,P5,R1,
T5,2026-01-07 10:00,email,outbound,sent,P6,R2,
T6,2026-01-08 10:00,email,outbound,sent,P7,R2,
T7,2026-04-02 09:00,call,outbound,failed,P7,R2,
T8,2026-04-02 09:10,email,outbound,bounced,P7,R2,
T9,2026-04-02 09:20,email,outbound,cancelled,P7,R2,
T10,2026-04-02 09:30,mail,outbound,failed,P7,R2,
T11,2026-04-02 09:40,email,outbound,sent,P7,R2,
T12,2026-04-02 09:50,call,outbound,no_answer,P7,R2,
M1,2026-04-07 14:00,meeting,outbound,cancelled,P7,R2,2026-04-03 09:00
M2,2026-04-08 14:00,meeting,outbound,no_show,P7,R2,2026-04-03 09:00
M3,2026-04-09 14:00,meeting,outbound,held,P7,R2,2026-04-03 09:00
M4,2026-07-09 14:00,meeting,outbound,booked,P7,R2,2026-04-03 09:00
"""

# one hundred of each currency: dollars have a rate, pounds have none
ORDERS = """
order_id,account_id,ordered_at,status,amount,currency
O1,A1,2026-06-02,placed,100,EUR
O2,A1,2026-06-03,placed,100,USD
O3,A1,2026-06-04,placed,100,GBP
"""

SENDERS = {"R1": "annick@us.example", "R2": "Bob Vandersmissen"}
"""Rep → the mailbox or profile that messages are sent from."""


def sent_from(activities: str) -> str:
    """Return the activities with the account that each was sent from."""
    header, *rows = activities.strip().splitlines()
    sent = [f"{row},{SENDERS[row.split(',')[6]]}" for row in rows]
    return "\n".join([f"{header},sender_account", *sent, ""])


FILES = {
    "sources.yml": SOURCES,
    "crm/prospects.csv": PROSPECTS,
    "crm/accounts.csv": ACCOUNTS,
    "crm/reps.csv": """
rep_id,name,email,team,valid_from
R1,Annick Quéméneur,annick@us.example,North,2025-01-01
R2,Bob Vandersmissen,bob@us.example,South,2025-01-01
""",
    "crm/deals.csv": DEALS,
    "crm/deal_stages.csv": DEAL_STAGES,
    "crm/quotes.csv": QUOTES,
    "outreach/activities.csv": sent_from(ACTIVITIES),
    "crm/targets.csv": """
kind,kpi_id,grain,period_start,dimension,dimension_value,target
target,revenue,month,2026-06-01,rep,R1,1000
""",
    "finance/orders.csv": ORDERS,
    "finance/tickets_Bob Vandersmissen.csv": """
ticket_id,account_id,opened_at,category,reason,Avis de Annick Quéméneur,text
I1,A9,2026-06-03,complaint,vu avec Bob Vandersmissen,oui,Annick Quéméneur l'a dit
""",
    "crm/campaigns.csv": """
campaign_id,name,target_segment
C1,Relances (QUEMENEUR Annick),Clients de bob vandersmissen
""",
    "finance/contracts.csv": """
contract_id,account_id,started_on,cancelled_on,cancel_reason
K1,A9,2026-05-01,2026-06-01,M. Vandersmissen est parti
""",
    "crm/Notes d'Annick Quéméneur.txt": "no table",
    "finance/fx_rates.csv": "rate_on,currency,rate\n2026-01-01,USD,0.9\n",
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Refresh the small company, once for all mistakes."""
    folder = tmp_path_factory.mktemp("mistakes")
    for name, content in FILES.items():
        file = folder / "exports" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content.lstrip(), encoding="utf-8")
    paths = Paths(folder / "data")
    result = refresh(folder / "exports", paths.data)
    assert result.returncode == 0, result.stdout + result.stderr
    return paths


@pytest.fixture
def database(paths: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what is published."""
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        yield connection


def months(
    database: duckdb.DuckDBPyConnection, kpi_id: str, statistic: str = "value", of: str = "all"
) -> dict[str, tuple[float | None, ...]]:
    """Return value, numerator and denominator of each month that has a row."""
    dimension = "all" if of == "all" else "rep"
    rows = database.execute(
        """
        select strftime(period_start, '%Y-%m'), value, numerator, denominator
        from kpi.kpi_values
        where kpi_id = ? and statistic = ? and grain = 'month'
            and dimension = ? and dimension_value = ?
        """,
        [kpi_id, statistic, dimension, of],
    ).fetchall()
    return {month: tuple(parts) for month, *parts in rows}


def test_days_to_close_run_from_creation_to_closing(database: duckdb.DuckDBPyConnection) -> None:
    # D1: 1 to 21 December = 20 days, not -20; D4 would be -10 days and is left out, not averaged
    assert months(database, "sales_cycle_days", "mean") == {"2025-12": (20, 20, 1)}
    assert months(database, "deals_won")["2025-12"][0] == 2


def test_a_probability_is_a_fraction(database: duckdb.DuckDBPyConnection) -> None:
    # D5: 1,000 in a proposal, which the reference table gives a chance of 0.40: 400, not 40,000,
    # whatever the CRM's own column says in percent
    assert months(database, "weighted_pipeline")["2026-06"][0] == pytest.approx(400)
    rows = database.execute(
        """
        select weighted.value, whole.value
        from kpi.kpi_values as weighted
        inner join kpi.kpi_values as whole
            using (statistic, grain, period_start, dimension, dimension_value)
        where weighted.kpi_id = 'weighted_pipeline' and whole.kpi_id = 'open_pipeline'
        """
    ).fetchall()
    assert len(rows) > 50
    assert all(0 <= weighted <= whole for weighted, whole in rows)


def test_a_probability_in_percent_is_refused(tmp_path: Path) -> None:
    # 40 for 40 %: taken as a fraction, a deal of 1,000 would weigh 40,000
    table = tmp_path / "reference" / "stage_probabilities.csv"
    table.parent.mkdir()
    table.write_text("stage,probability\nproposition,0.4\n", encoding="utf-8")
    assert read_reference(tmp_path)["stage_probabilities"] == [
        {"stage": "proposition", "probability": Decimal("0.4")}
    ]
    for wrong in ("40", "-0.4", "nan"):
        table.write_text(f"stage,probability\nproposition,{wrong}\n", encoding="utf-8")
        with pytest.raises(ConfigurationError, match="line 2, column probability"):
            read_reference(tmp_path)


def test_no_win_rate_where_nothing_was_closed(
    paths: Paths, database: duckdb.DuckDBPyConnection
) -> None:
    # December: D1 and D4 won, D3 lost. January to April: nothing closed, so no row, not 0 %.
    # May: D2 lost, a true 0 %. R2 closed nothing at all.
    assert months(database, "deal_win_rate") == {
        "2025-12": (pytest.approx(2 / 3), 2, 3),
        "2026-05": (0, 0, 1),
    }
    bob = rep_pseudonym(read_or_make_key(paths), "R2")
    assert months(database, "deal_win_rate", of=bob) == {}
    assert months(database, "open_pipeline", of=bob)["2026-06"][0] == 1000


def test_a_proportion_never_exceeds_one(database: duckdb.DuckDBPyConnection) -> None:
    # June: P6 and P7 qualified, P8 detected: the flow is 2 ÷ 1 and claims to be no proportion;
    # of the cohort of June nobody was qualified
    assert months(database, "qualification_rate")["2026-06"] == (2, 2, 1)
    assert months(database, "cohort_qualification_rate", "to_date")["2026-06"] == (0, 0, 1)
    (flow,) = database.execute(
        """
        select distinct is_proportion, ci_low, ci_high
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where kpi_id = 'qualification_rate'
        """
    ).fetchall()
    assert flow == (False, None, None)
    proportions = database.execute(
        """
        select value, ci_low, ci_high
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where is_proportion
        """
    ).fetchall()
    assert len(proportions) > 300
    assert all(0 <= low <= value <= high <= 1 for value, low, high in proportions)


def test_lost_deals_are_in_no_pipeline(database: duckdb.DuckDBPyConnection) -> None:
    # D2 (5,000) is open from December until it is lost in May; D5 (1,000) from April on; D1, D3
    # and D4 are closed before any month's end. A proposal weighs 0.40, a negotiation 0.60.
    assert {
        month: row[0] for month, row in months(database, "open_pipeline").items() if row[0]
    } == {
        "2025-12": 5000,
        "2026-01": 5000,
        "2026-02": 5000,
        "2026-03": 5000,
        "2026-04": 6000,
        "2026-05": 1000,
        "2026-06": 1000,
    }
    weighted = {month: row[0] for month, row in months(database, "weighted_pipeline").items()}
    assert weighted["2026-01"] == pytest.approx(0.6 * 5000)
    assert weighted["2026-04"] == pytest.approx(0.4 * 6000)
    assert weighted["2026-05"] == pytest.approx(0.4 * 1000)


def test_the_funnel_counts_people_and_keeps_the_lost_ones(
    database: duckdb.DuckDBPyConnection,
) -> None:
    # detected in November: P1 to P4; contacted P1, P2, P3; answered, qualified and quoted P1 and
    # P2 (who skipped the meeting); won P1. P2, lost, with two deals, two quotes and five changes
    # of stage, is one person at every stage that P2 reached.
    rows = database.execute(
        """
        select stage, reached
        from kpi.kpi_funnel
        where grain = 'month' and period_start = '2025-11-01' and dimension = 'all'
        order by stage_order
        """
    ).fetchall()
    assert rows == [
        ("detected", 4),
        ("contacted", 3),
        ("engaged", 2),
        ("qualified", 2),
        ("meeting", 2),
        ("quoted", 2),
        ("won", 1),
    ]


def test_tasks_count_by_what_became_of_them(database: duckdb.DuckDBPyConnection) -> None:
    # April: of six tasks two left (T11, T12); of four meetings one was held and one missed, the
    # others were cancelled or are still to come, and all four were booked
    assert months(database, "touches")["2026-04"][0] == 2
    assert months(database, "prospecting_emails")["2026-04"][0] == 1
    assert months(database, "calls_to_prospects")["2026-04"][0] == 1
    assert "2026-04" not in {
        month for month, row in months(database, "letters_sent").items() if row[0]
    }
    assert months(database, "meetings_held_prospects")["2026-04"][0] == 1
    assert months(database, "meeting_no_show_rate") == {"2026-04": (0.5, 1, 2)}
    assert months(database, "meetings_booked")["2026-04"][0] == 4


def test_currencies_are_converted_never_added(database: duckdb.DuckDBPyConnection) -> None:
    # 100 EUR + 100 USD × 0.9 = 190; 100 GBP have no rate: neither 300 nor 290, and counted as an
    # order that the average basket leaves out: 190 ÷ 2
    assert months(database, "revenue")["2026-06"][0] == pytest.approx(190)
    assert months(database, "orders_count")["2026-06"][0] == 3
    assert months(database, "average_basket")["2026-06"] == (95, 190, 2)


def test_recent_cohorts_are_not_compared_with_old_ones(
    database: duckdb.DuckDBPyConnection,
) -> None:
    # contacted in November: P1, P2, P3, of whom P1 was won after 41 days; in December P5; in
    # January P6 and P7. The window of 180 days after the month's end is over on 29 May for
    # November, 29 June for December, 30 July for January: after as_of, 30 June.
    rows = database.execute(
        """
        select statistic, period_start, numerator, denominator, is_mature, previous_value, trend
        from kpi.kpi_values
        where kpi_id = 'cohort_conversion_rate' and grain = 'month' and dimension = 'all'
        order by all
        """
    ).fetchall()
    assert [row[:5] for row in rows if row[0] == "in_window"] == [
        ("in_window", date(2025, 11, 1), 1, 3, True),
        ("in_window", date(2025, 12, 1), 0, 1, True),
        ("in_window", date(2026, 1, 1), 0, 2, False),
    ]
    previous = {row[1]: row[5] for row in rows if row[0] == "in_window"}
    assert previous[date(2025, 12, 1)] == pytest.approx(1 / 3)
    assert previous[date(2026, 1, 1)] is None
    to_date = [row for row in rows if row[0] == "to_date"]
    assert len(to_date) == 3
    assert all(row[5] is None and row[6] is None for row in to_date)


NAMES = re.compile(r"Annick|Quéméneur|annick@|Bob\b|Vandersmissen|bob@")


def texts(paths: Paths) -> Iterator[tuple[str, str]]:
    """Yield every text that readers are given: of tables, files, a report, a workbook as CSV."""
    version = current_version(paths)
    for file in version.folder.rglob("*"):
        if file.suffix == ".parquet":
            for column in pq.read_table(file).columns:
                yield from ((str(file), str(value)) for value in column.unique().to_pylist())
        elif file.is_file() and file.suffix != ".duckdb":
            yield str(file), file.read_text(encoding="utf-8")
    with duckdb.connect(str(version.folder / "prospection.duckdb"), read_only=True) as published:
        for table in published.sql(
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall():
            yield table[0], str(published.sql(f"from {table[0]}").fetchall())
    out = paths.data.parent / "out"
    (report, *_) = write_report(paths, "2026-06", out / "team.html", print)
    yield "report", report.read_text(encoding="utf-8")
    export(paths, out / "csv", True, 25, "en", print)
    for file in (out / "csv").rglob("*.csv"):
        yield str(file), file.read_text(encoding="utf-8-sig")
    if find_spec("xlsxwriter"):  # an extra
        export(paths, out / "book.xlsx", False, 25, "en", print)
        yield from (("workbook", text) for text in texts_of(out / "book.xlsx"))
    yield from told_when_asked(paths)
    for file in (*paths.reports.iterdir(), paths.state / "held_back.json"):
        yield str(file), file.read_text(encoding="utf-8")
    for file in paths.dagster_home.rglob("*"):
        if file.is_file():
            yield from ((str(file), text) for text in texts_of(file))


def told_when_asked(paths: Paths) -> Iterator[tuple[str, str]]:
    """Yield what `explain`, `status` and an assistant are told of a rep, by the pseudonym."""
    bob = rep_pseudonym(read_or_make_key(paths), "R2")
    asked = ["explain", "touches", "--period", "2026-04", "--dimension", f"rep={bob}"]
    for arguments in (asked, [*asked, "--csv"], ["status"]):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            main([*arguments, "--data", str(paths.data)])
        yield arguments[0], output.getvalue()
    answers = PublishedAnswers(paths)
    about: tuple[str, str, str, str, None] = ("touches", "2026-04", "rep", bob, None)
    for told in (
        answers.value(*about),
        answers.compare("touches", "rep", "2026-04", None, None),
        answers.explain(*about, "en"),
        answers.records(*about, 50),
        answers.signals(False, "fr"),
        answers.conclusions("2026-06", None, "fr"),
        answers.trust(),
    ):
        yield "assistant", json.dumps(told, default=str, ensure_ascii=False)


def test_reps_that_are_not_to_be_named_are_named_nowhere(paths: Paths) -> None:
    key = read_or_make_key(paths)
    annick, bob = rep_pseudonym(key, "R1"), rep_pseudonym(key, "R2")
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as database:
        reps = database.execute("select rep_id, name, team from core.dim_reps order by team")
        assert reps.fetchall()[:2] == [(annick, annick, "North"), (bob, bob, "South")]
        target = "select dimension_value from core.fct_targets where dimension = 'rep'"
        assert database.execute(target).fetchall() == [(annick,)]
        senders = database.execute("select distinct sender_account from core.fct_activities")
        assert sorted(sender[:7] for (sender,) in senders.fetchall()) == ["sender-", "sender-"]
    told = list(texts(paths))
    assert [(where, text[:200]) for where, text in told if NAMES.search(text)] == []
    assert [where for where, text in told if text in ("R1", "R2")] == []
    assert sum(annick in text for _, text in told) > 10


def test_the_page_of_a_rep_is_found_by_id_and_by_pseudonym(paths: Paths, tmp_path: Path) -> None:
    bob = rep_pseudonym(read_or_make_key(paths), "R2")
    pages = [
        write_report(paths, "2026-06", tmp_path / f"{rep}.html", print, rep)[0].read_text("utf-8")
        for rep in ("R2", bob)
    ]
    assert pages[0] == pages[1]
    assert bob in pages[0]
    assert rep_pseudonym(read_or_make_key(paths), "R1") not in pages[0]
    with pytest.raises(ConfigurationError, match="there is no rep 'R3'"):
        write_report(paths, "2026-06", tmp_path / "none.html", print, "R3")
