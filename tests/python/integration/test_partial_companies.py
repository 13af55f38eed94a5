"""Companies that supply one entity alone get the KPIs of that entity, and nothing about the others.

What belongs here: which KPIs there must be with deals only, and with activities only; every other
KPI has no row at all, not even a zero. What does not: what the values of a whole company are.
"""

from pathlib import Path

import duckdb

from orchestration.paths import Paths

from ..conftest import refresh

SOURCES = """
reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-06-30, dashboard_records: true}
"""

DEALS = """
deal_id,account_id,prospect_id,rep_id,stage,status,amount,created_at,closed_at
D1,A1,P1,R1,Gagnée,won,800,2026-01-05,2026-01-25
D2,A2,P2,R1,Perdue,lost,500,2026-01-06,2026-02-10
D3,A3,,R2,Gagnée,won,1200,2026-02-02,2026-03-14
D4,A4,P4,R2,Proposition,open,1000,2026-03-10,
"""
OF_DEALS = {
    "average_deal_amount",
    "cohort_deal_win_rate",
    "deal_win_rate",
    "deals_lost",
    "deals_won",
    "open_pipeline",
    "revenue",
    "sales_cycle_days",
    "sales_velocity",
    "weighted_pipeline",
    "won_amount",
}

ACTIVITIES = """
activity_id,occurred_at,channel,direction,outcome,prospect_id,rep_id,created_at
T1,2026-01-12 10:00,call,outbound,answered,P1,R1,
T2,2026-01-12 10:20,call,outbound,voicemail,P2,R1,
T3,2026-02-03 09:00,email,outbound,sent,P1,R1,
T4,2026-02-05 11:00,email,inbound,reply,P1,R1,
T5,2026-03-03 09:00,linkedin,outbound,sent,P3,R2,
M1,2026-03-18 14:00,meeting,outbound,held,P1,R1,2026-03-11 09:00
M2,2026-03-19 14:00,meeting,outbound,no_show,P2,R1,2026-03-11 09:10
"""
OF_ACTIVITIES = {
    "call_answer_rate",
    "calls_to_prospects",
    "calls_total",
    "conversations",
    "email_call_correlation",
    "email_to_call_ratio",
    "emails_total",
    "linkedin_touches",
    "meeting_booking_rate",
    "meeting_no_show_rate",
    "meetings_booked",
    "meetings_held_prospects",
    "prospect_conversations",
    "prospecting_emails",
    "touches",
}


def refreshed(folder: Path, name: str, rows: str) -> Path:
    """Refresh a company that supplies one file only; return its published database."""
    file = folder / "exports" / "crm" / name
    file.parent.mkdir(parents=True)
    file.write_text(rows.lstrip(), encoding="utf-8")
    (folder / "exports" / "sources.yml").write_text(SOURCES, encoding="utf-8")
    paths = Paths(folder / "data")
    result = refresh(folder / "exports", paths.data)
    assert result.returncode == 0, result.stdout + result.stderr
    lists = paths.current / "dashboard" / "data" / "records"
    assert {"terms.js", "2026-03-01.js"} <= {path.name for path in lists.iterdir()}
    return paths.current / "prospection.duckdb"


def published_kpis(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the KPIs that have a row of any kind."""
    rows = connection.execute("select distinct kpi_id from kpi.kpi_values").fetchall()
    return {kpi_id for (kpi_id,) in rows}


def first_quarter(connection: duckdb.DuckDBPyConnection, statistic: str) -> dict[str, float]:
    """Return the values of January to March of the whole company."""
    rows = connection.execute(
        """
        select kpi_id, value
        from kpi.kpi_values
        where grain = 'quarter' and period_start = '2026-01-01' and dimension = 'all'
            and statistic = ?
        """,
        [statistic],
    ).fetchall()
    return dict(rows)


def test_deals_alone_give_the_kpis_of_deals_and_no_other_row(tmp_path: Path) -> None:
    with duckdb.connect(str(refreshed(tmp_path, "deals.csv", DEALS)), read_only=True) as database:
        assert published_kpis(database) == OF_DEALS
        values = first_quarter(database, "value")
        # two won and one lost; 800 + 1,200 won in 20 and 40 days; 1,000 still open
        assert values["deals_won"] == 2
        assert values["deal_win_rate"] == 2 / 3
        assert values["revenue"] == 2000
        assert values["open_pipeline"] == 1000
        assert first_quarter(database, "mean") == {"sales_cycle_days": 30}
        assert database.execute("select count(*) from kpi.kpi_funnel").fetchall() == [(0,)]


def test_activities_alone_give_the_kpis_of_activities_and_no_other_row(tmp_path: Path) -> None:
    path = refreshed(tmp_path, "activities.csv", ACTIVITIES)
    with duckdb.connect(str(path), read_only=True) as database:
        assert published_kpis(database) == OF_ACTIVITIES
        values = first_quarter(database, "value")
        # of two calls one was answered; with it the reply and the meeting held are conversations
        assert values["touches"] == 4
        assert values["call_answer_rate"] == 0.5
        assert values["conversations"] == 3
        assert values["meeting_no_show_rate"] == 0.5
        assert database.execute("select count(*) from kpi.kpi_funnel").fetchall() == [(0,)]
