"""What an assistant is answered over the protocol is what is published, with how far it holds."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.assistant.answers import MOST_ROWS, PublishedAnswers
from orchestration.explanation.questions import UnknownError
from orchestration.publication.opening import open_published, open_with_parquet
from orchestration.publication.versions import Version, current_version
from orchestration.publication.writing import DATABASE_NAME
from tests.python.conftest import DemoRefresh


@pytest.fixture(scope="module")
def answers(demo_refresh: DemoRefresh) -> PublishedAnswers:
    return PublishedAnswers(demo_refresh.paths)


def published(demo_refresh: DemoRefresh, query: str) -> list[tuple[Any, ...]]:
    database = demo_refresh.paths.current / DATABASE_NAME
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


TOOLS = [
    "compare",
    "conclusions",
    "explain",
    "funnel",
    "list_kpis",
    "outlook",
    "signals",
    "trust",
    "value",
]


def ask(
    demo_refresh: DemoRefresh, calls: Sequence[tuple[str, Mapping[str, Any]]], *options: str
) -> list[Any]:
    """Start the server as an assistant's program does, and ask it over its standard input."""
    mcp = pytest.importorskip("mcp", reason="the assistant's way in is an extra: make extras")
    arguments = ["-m", "orchestration.cli", "assistant", *options]
    arguments += ["--data", str(demo_refresh.paths.data)]

    async def talk() -> list[Any]:
        server = mcp.StdioServerParameters(command=sys.executable, args=arguments)
        async with mcp.Client(server) as client:
            tools = await client.list_tools()
            found: list[Any] = [sorted(tool.name for tool in tools.tools)]
            for name, given in calls:
                found.append(await client.call_tool(name, dict(given)))
            return found

    return asyncio.run(talk())


def test_a_client_lists_the_tools_and_gets_the_published_value(demo_refresh: DemoRefresh) -> None:
    tools, value, wrong = ask(
        demo_refresh,
        [
            ("value", {"kpi_id": "deal_win_rate", "period": "2026-Q2"}),
            ("value", {"kpi_id": "deal_win_rat"}),
        ],
    )
    assert tools == TOOLS
    answer = json.loads(value.content[0].text)
    assert [
        (
            answer["value"]["value"],
            answer["value"]["numerator"],
            answer["value"]["denominator"],
            answer["value"]["ci_low"],
        )
    ] == published(
        demo_refresh,
        """
        select value, numerator, denominator, ci_low from kpi.kpi_values
        where kpi_id = 'deal_win_rate' and grain = 'quarter' and period_start = '2026-04-01'
            and dimension = 'all'
        """,
    )
    assert (answer["as_of"], answer["value"]["is_partial"]) == ("2026-09-30", False)
    assert wrong.is_error
    assert "did you mean deal_win_rate" in wrong.content[0].text


def test_every_kpi_of_the_last_month_is_answered_as_published(
    demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    expected = published(
        demo_refresh,
        """
        select kpi_id, statistic, value, sample_size from kpi.kpi_values
        where grain = 'month' and period_start = '2026-09-01' and dimension = 'all'
        """,
    )
    assert len(expected) > 80
    for kpi_id, statistic, value, sample_size in expected:
        answer = answers.value(kpi_id, "2026-09", "all", None, statistic)["value"]
        assert (answer["value"], answer["sample_size"]) == (value, sample_size), kpi_id


def test_a_comparison_holds_every_value_of_the_dimension(
    demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    answer = answers.compare("deals_won", "rep", "2026-Q2", "2026-Q1", None)
    expected = published(
        demo_refresh,
        """
        select dimension_value, value from kpi.kpi_values
        where kpi_id = 'deals_won' and grain = 'quarter' and period_start = '2026-04-01'
            and dimension = 'rep' order by value desc, dimension_value
        """,
    )
    assert [(row["dimension_value"], row["value"]) for row in answer["rows"]] == expected
    assert (answer["period"], answer["other_period"]["period"]) == ("2026-Q2", "2026-Q1")


def test_an_explanation_gives_terms_that_make_the_value(answers: PublishedAnswers) -> None:
    answer = answers.explain("deal_win_rate", "2026-Q2", "all", None, None, "fr")
    sides = {(term["side"], term["event"]) for term in answer["terms"]}
    assert ("numerator", "deal_won") in sides
    assert ("denominator", "deal_lost") in sides
    value = answer["value"]
    assert value["value"] == pytest.approx(value["numerator"] / value["denominator"])


def test_records_are_told_by_a_server_that_may(demo_refresh: DemoRefresh) -> None:
    question = {"kpi_id": "deal_win_rate", "period": "2026-Q2", "limit": 2}
    by_rep = {"dimension": "rep", "dimension_value": "R01"}
    tools, told, wrong = ask(
        demo_refresh,
        [("records", {**question, **by_rep}), ("records", {**question, "limit": 0})],
        "--records",
    )
    assert tools == sorted([*TOOLS, "records"])
    answer = json.loads(told.content[0].text)
    ((won, closed),) = published(
        demo_refresh,
        """
        select numerator, denominator from kpi.kpi_values
        where
            kpi_id = 'deal_win_rate' and grain = 'quarter' and period_start = '2026-04-01'
            and dimension = 'rep' and dimension_value = 'R01'
        """,
    )
    assert (answer["value"]["numerator"], answer["value"]["denominator"]) == (won, closed)
    assert answer["record_count"] == won + closed
    assert answer["records_left_out"] == won + closed - 2
    deals = published(demo_refresh, "select source || ' ' || deal_id from core.fct_deals")
    for record in answer["records"]:
        assert (f"{record['record_source']} {record['record_id']}",) in deals
        assert not {"file", "row", "written"} & record.keys()
    assert "limit is 0" in wrong.content[0].text


@pytest.mark.parametrize(
    "kpi_id", ["response_rate", "active_customers", "roi", "csat", "lead_response_hours"]
)
def test_the_records_of_a_value_make_its_terms(
    kpi_id: str, demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    answer = answers.records(kpi_id, "2026-09", "all", None, None, 10_000)
    assert answer["record_count"] == len(answer["records"]) + answer["records_left_out"]
    assert len(answer["records"]) == min(answer["record_count"], MOST_ROWS)
    assert answer["record_count"] == sum(term["member_count"] for term in answer["terms"])
    ((numerator, denominator),) = published(
        demo_refresh,
        f"""
        select numerator, denominator from kpi.kpi_values
        where
            kpi_id = '{kpi_id}' and grain = 'month' and period_start = '2026-09-01'
            and dimension = 'all'
        order by statistic limit 1
        """,
    )
    sums = {"numerator": 0.0, "denominator": 0.0}
    for term in answer["terms"]:
        if term["side"] in sums:
            sums[term["side"]] += term["weight"] * term["value"]
    assert sums["numerator"] == pytest.approx(numerator)
    assert sums["denominator"] == pytest.approx(denominator or 0)


def test_a_value_that_is_no_sum_of_events_names_its_parts(answers: PublishedAnswers) -> None:
    answer = answers.records("ltv", "2026-Q2", "all", None, None, 5)
    assert (answer["records"], answer["terms"], answer["record_count"]) == ([], [], 0)
    assert "active_customers" in {part["kpi_id"] for part in answer["made_of"]}


def test_an_explanation_is_made_of_one_version(
    answers: PublishedAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Version] = []

    def noted(version: Version) -> duckdb.DuckDBPyConnection:
        opened.append(version)
        return open_published(version)

    monkeypatch.setattr("orchestration.assistant.answers.open_published", noted)
    answer = answers.explain("deal_win_rate", "2026-Q2", "all", None, None, "en")
    assert [answer["version"]] == [version.name for version in opened]


def test_a_value_is_found_by_the_name_that_people_read(
    demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    ((value, label),) = published(
        demo_refresh,
        """
        select dimension_value, dimension_label from kpi.kpi_values
        where kpi_id = 'deals_won' and dimension = 'rep' and dimension_value != dimension_label
        order by all limit 1
        """,
    )
    by_name = answers.value("deals_won", "2026", "rep", label.upper(), None)
    assert by_name["value"]["dimension_value"] == value


def test_funnel_signals_conclusions_and_trust_are_those_published(
    demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    stages = {
        row["stage"]: row["reached"] for row in answers.funnel("2026-05", "all", None)["rows"]
    }
    assert list(stages.items()) == published(
        demo_refresh,
        """
        select stage, reached from kpi.kpi_funnel
        where grain = 'month' and period_start = '2026-05-01' and dimension = 'all'
        order by stage_order
        """,
    )
    signals = answers.signals(only_current=False, language="en")
    assert [(len(signals["rows"]) + signals["rows_left_out"],)] == published(
        demo_refresh, "select count(*) from kpi.kpi_signals"
    )
    said = answers.conclusions(None, None, "en")
    assert said["rows"][0]["sentence"].startswith(
        "Since April 2026, contacted prospects who engage fell from 34.0% to 19.8%"
    )
    assert [(len(said["rows"]),)] == published(
        demo_refresh, "select count(*) from kpi.kpi_conclusions where is_newest"
    )
    quiet = answers.conclusions("2025-06", "funnel", "fr")
    assert (quiet["as_of_month"], quiet["rows"]) == ("2025-06-01", [])
    assert quiet["note"].startswith("Rien n'a bougé significativement")
    trust = answers.trust()
    assert [row["source"] for row in trust["sources"]] == ["crm", "finance", "outreach", "support"]
    assert trust["held_back"] == []


def test_the_outlook_holds_each_quarter_and_measure_as_published(
    demo_refresh: DemoRefresh, answers: PublishedAnswers
) -> None:
    columns = ("period_start", "measure", "signed", "target", "gap", "chance", "contacts_needed")
    rows = answers.outlook()["rows"]
    assert [tuple(row[name] for name in columns) for row in rows] == published(
        demo_refresh,
        f"""
        select * replace (period_start::varchar as period_start)
        from (select {", ".join(columns)} from kpi.kpi_quarter_outlook)
        order by period_start, measure
        """,
    )
    assert {(row["period_start"], row["is_running"]) for row in rows} >= {("2026-10-01", False)}
    (signed,) = (
        row for row in rows if (row["period_start"], row["measure"]) == ("2026-10-01", "won_amount")
    )
    assert signed["gap"] == pytest.approx(signed["target"] - signed["expected"])
    assert 0 < signed["chance"] < 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"kpi_id": "'; drop table kpi.kpi_values; --"}, "there is no KPI"),
        ({"period": "last month"}, "is not a period"),
        ({"period": "1999"}, "is not published"),
        ({"dimension": "price"}, "there is no dimension of deals_won"),
        ({"dimension": "rep"}, "name a value of the dimension rep"),
        ({"dimension": "rep", "dimension_value": "Nobody"}, "there is no rep 'Nobody'"),
        ({"statistic": "median"}, "known: value"),
    ],
)
def test_what_is_not_published_is_said_with_what_is(
    answers: PublishedAnswers, question: Mapping[str, str], told: str
) -> None:
    asked: dict[str, Any] = {
        "kpi_id": "deals_won",
        "period": None,
        "dimension": "all",
        "dimension_value": None,
        "statistic": None,
    }
    with pytest.raises(UnknownError, match=told):
        answers.value(**{**asked, **question})


def test_beside_the_published_file_its_parquet_alone_is_read(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    version = current_version(demo_refresh.paths)
    costs = version.folder / "parquet" / "core" / "fct_costs" / "data.parquet"
    with open_with_parquet(version) as connection:
        assert connection.execute(f"select count(*) from '{costs}'").fetchone() != (0,)
        for attempt in (
            "create table kpi.mine (a int)",
            f"copy (select 1) to '{tmp_path / 'out.csv'}'",
            f"select * from read_text('{version.folder / 'manifest.json'}')",
            f"attach '{demo_refresh.paths.warehouse}' as private (read_only)",
            "set enable_external_access = true",
            f"set allowed_directories = ['{tmp_path}']",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(attempt)


def test_the_published_file_can_only_be_read(answers: PublishedAnswers, tmp_path: Path) -> None:
    readable = tmp_path / "host.csv"
    readable.write_text("secret\n", encoding="utf-8")
    with answers._opened() as (_, connection):
        for attempt in (
            "create table kpi.mine (a int)",
            f"copy (select 1) to '{tmp_path / 'out.csv'}'",
            f"select * from read_csv('{readable}')",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(attempt)
