"""From which share of a source's deals on a refresh is said to lack what their stages mean."""

import duckdb

from orchestration.refresh.unknown_stages import sources_of_unknown_stages


def lines(*deals: tuple[str, int, str], language: str = "en") -> list[str]:
    """Return what is told of deals: source, how many, and which kind they are."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema core;
            create table core.fct_deals (
                source varchar, is_stage_unknown boolean, vanished_on date, is_test boolean,
                is_after_as_of boolean
            );
            """
        )
        for source, count, kind in deals:
            connection.execute(
                """
                insert into core.fct_deals
                select $source, $kind != 'known', if($kind = 'vanished', date '2026-01-01', null),
                    $kind = 'test', $kind = 'to come'
                from range($count)
                """,
                {"source": source, "kind": kind, "count": count},
            )
        return list(sources_of_unknown_stages(connection, language))  # type: ignore[arg-type]


def test_over_a_tenth_of_the_deals_of_a_source_is_told() -> None:
    told = lines(("crm", 17, "known"), ("crm", 2, "unknown"), ("desk", 18, "known"))
    assert len(told) == 1
    assert told[0].startswith("crm: of 2 of 19 deals nothing tells whether their stage is open")
    assert "reference/funnel_stages.csv" in told[0]


def test_a_tenth_is_not_over_a_tenth_and_a_few_deals_have_no_share() -> None:
    assert lines(("crm", 18, "known"), ("crm", 2, "unknown")) == []
    assert lines(("crm", 9, "unknown")) == []
    assert len(lines(("crm", 8, "known"), ("crm", 2, "unknown"))) == 1


def test_what_is_in_no_pipeline_is_not_missed() -> None:
    deals = [("crm", 9, "known"), *(("crm", 5, kind) for kind in ("vanished", "test", "to come"))]
    assert lines(*deals) == []


def test_it_is_told_in_french() -> None:
    assert lines(("crm", 10, "unknown"), language="fr")[0].startswith(
        "crm : pour 10 des 10 affaires"
    )
