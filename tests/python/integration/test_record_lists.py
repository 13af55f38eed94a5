"""The lists of records of the demo's dashboard: who is in them, how large they are, and cut ones.

That they add up to every number is tested where they are read (`tests/python/browser`).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publication.records.lists import month_lists
from orchestration.publication.writing import DATABASE_NAME

from ..conftest import DemoRefresh


@pytest.fixture
def published(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the published version."""
    with duckdb.connect(str(demo_refresh.paths.current / DATABASE_NAME), read_only=True) as opened:
        yield opened


def files(demo_refresh: DemoRefresh) -> dict[str, Any]:
    found = {}
    for file in sorted((demo_refresh.paths.current / "dashboard/data/records").iterdir()):
        call = file.read_text(encoding="utf-8").strip()
        arguments = call.removeprefix("prospection.receive(").removesuffix(");")
        found[file.stem] = json.loads(f"[{arguments}]")[1]
    return found


def test_people_are_pseudonyms_and_nothing_that_customers_wrote_is_there(
    demo_refresh: DemoRefresh, published: duckdb.DuckDBPyConnection
) -> None:
    folder = demo_refresh.paths.current / "dashboard/data/records"
    written = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    listed: set[str] = set()
    for name, content in files(demo_refresh).items():
        if name != "terms":
            assert not {"link_id", "about_link_id"} & content["records"]["columns"].keys()
            listed |= texts(content)
    people = published.execute(
        "select prospect_id, prospect_key from core.dim_prospects where not is_placeholder"
    ).fetchall()
    assert not listed & {crm_id for crm_id, _ in people}
    assert len(listed & {key for _, key in people}) > 1000
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as warehouse:
        words = warehouse.execute(
            """
            select text from staging.stg_generic__tickets where text is not null
            union
            select comment from staging.stg_generic__survey_responses where comment is not null
            union
            select comment from staging.stg_generic__reviews where comment is not null
            union
            select email from staging.stg_generic__prospects where email is not null
            """
        ).fetchall()
    assert len(words) > 100
    assert not [text for (text,) in words if json.dumps(text, ensure_ascii=False)[1:-1] in written]


def column(table: dict[str, Any], name: str) -> list[Any]:
    """Return the values of a column of a table."""
    content = table["columns"][name]
    if "only" in content:
        return [content["only"]] * int(table["shown"])
    return [content["words"][at] for at in content["at"]] if "words" in content else content


def texts(content: Any) -> set[str]:
    """Return every text of a file, at any depth."""
    if isinstance(content, str):
        return {content}
    inner = content.values() if isinstance(content, dict) else content
    return {text for each in inner if isinstance(each, str | dict | list) for text in texts(each)}


def test_a_source_with_a_link_for_people_gives_their_id_for_it(
    demo_refresh: DemoRefresh, published: duckdb.DuckDBPyConnection
) -> None:
    """Only the link has it: what is shown stays the pseudonym."""
    parquet = demo_refresh.paths.current / "parquet"
    *_, (_, content) = month_lists(published, parquet, {}, linked=["crm"], most=20)
    told_by = ("entity", "id", "link_id")
    records = zip(*(column(content["records"], name) for name in told_by), strict=True)
    links = {shown: link for entity, shown, link in records if entity == "prospects"}
    assert links
    told = published.execute(
        "select prospect_key, prospect_id from core.dim_prospects "
        "where prospect_key in (select unnest($keys))",
        {"keys": list(links)},
    ).fetchall()
    assert dict(told) == links


def test_the_lists_of_the_demo_are_small(demo_refresh: DemoRefresh) -> None:
    site = demo_refresh.paths.current / "dashboard"
    sizes = {
        file.relative_to(site).as_posix(): file.stat().st_size
        for file in site.rglob("*")
        if file.is_file()
    }
    listed = sum(size for name, size in sizes.items() if name.startswith("data/records/"))
    assert len(files(demo_refresh)) == 14  # thirteen months and the terms
    assert listed < 5_000_000
    assert sum(sizes.values()) - listed < 15_000_000


def test_a_list_that_is_cut_says_how_many_there_are(
    demo_refresh: DemoRefresh, published: duckdb.DuckDBPyConnection
) -> None:
    parquet: Path = demo_refresh.paths.current / "parquet"
    *_, (month, cut) = month_lists(published, parquet, {"rep": ["R01"]}, most=20)
    whole = files(demo_refresh)[month]
    touches, won = (cut["lists"][name] for name in ("touch n", "deal_won n"))
    assert len(cut["members"][touches["members"]]["records"]) == 20
    all_touches = len(whole["members"][whole["lists"]["touch n"]["members"]]["records"])
    assert touches["all"] == [all_touches, all_touches]
    assert "all" not in won
    newest = sorted(whole["members"][whole["lists"]["touch n"]["members"]]["days"])[-20:]
    assert sorted(cut["members"][touches["members"]]["days"]) == newest
    for name, told in cut["lists"].items():
        if "members" in told:
            own = cut["members"][told["members"]]
            assert len(own["records"]) == len(own["days"]) <= 20, name
            assert len(own.get("rep", own["days"])) == len(own["days"]), name
