"""`sources.yml` is read strictly, and what dbt gets is what was declared."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import Reporting, read_settings
from orchestration.settings.written import write_settings

MakeExports = Callable[..., Path]


@pytest.fixture
def make_exports(tmp_path: Path) -> MakeExports:
    def make(yaml: str | None = None, folders: tuple[str, ...] = ("crm", "outreach")) -> Path:
        exports = tmp_path / "exports"
        for folder in folders:
            (exports / folder).mkdir(parents=True)
        if yaml is not None:
            exports.mkdir(exist_ok=True)
            (exports / "sources.yml").write_text(yaml, encoding="utf-8")
        return exports

    return make


def rows(paths: Paths, name: str) -> list[dict[str, Any]]:
    return pq.read_table(paths.settings / f"{name}.parquet").to_pylist()  # type: ignore[no-any-return]


def test_without_a_file_everything_has_its_default(make_exports: MakeExports) -> None:
    settings = read_settings(make_exports())
    assert settings.reporting == Reporting()
    assert [(source.name, source.order) for source in settings.sources] == [
        ("crm", 1),
        ("outreach", 2),
    ]
    crm = settings.source("crm")
    assert (crm.format, crm.timezone, crm.date_order, crm.mode("deals")) == (
        "generic",
        "Europe/Paris",
        "iso",
        "incremental",
    )
    assert (crm.encoding, crm.delimiter, crm.decimal, crm.refers_to) == (None, None, None, ())


def test_the_documented_example_is_read(make_exports: MakeExports) -> None:
    exports = make_exports(
        """
        reporting:
          currency: EUR
          timezone: Europe/Paris
          as_of:
          fiscal_year_start_month: 1
          language: fr
          revenue_from: auto
          report_rhythm: auto
          headline_kpis: []
          internal_domains: []
        sources:
          outreach: {format: generic, delimiter: ";", decimal: ",", encoding: cp1252,
                     date_order: dmy, timezone: UTC}
          finance:  {format: generic, refers_to: crm}
          crm:      {format: generic, mode: full}
        """,
        folders=("crm", "finance", "outreach", "zoo", "reference"),
    )
    settings = read_settings(exports)
    assert [source.name for source in settings.sources] == ["outreach", "finance", "crm", "zoo"]
    outreach = settings.source("outreach")
    assert (outreach.delimiter, outreach.decimal, outreach.encoding) == (";", ",", "cp1252")
    assert (outreach.date_order, outreach.timezone) == ("dmy", "UTC")
    assert settings.source("finance").refers_to == ("crm",)
    assert settings.source("crm").mode("accounts") == "full"


def test_a_mode_can_be_declared_per_entity(make_exports: MakeExports) -> None:
    exports = make_exports("sources: {crm: {mode: {default: full, deals: incremental}}}")
    crm = read_settings(exports).source("crm")
    assert (crm.mode("accounts"), crm.mode("deals")) == ("full", "incremental")


def test_the_tab_can_be_spelt_as_a_word(make_exports: MakeExports) -> None:
    exports = make_exports("sources: {crm: {delimiter: tab}, outreach: {encoding: Windows_1252}}")
    settings = read_settings(exports)
    assert settings.source("crm").delimiter == "\t"
    assert settings.source("outreach").encoding == "cp1252"


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("reportng: {}", "unknown key 'reportng' in the top level; did you mean 'reporting'?"),
        ("reporting: {curency: EUR}", "unknown key 'curency' in 'reporting'; did you mean 'curr"),
        ("reporting: {currency: euros}", "reporting.currency is 'euros'"),
        ("reporting: {timezone: Europe/Pari}", "for instance Europe/Paris"),
        ("reporting: {as_of: 31/10/2026}", "a day such as 2026-10-31"),
        ("reporting: {fiscal_year_start_month: 13}", "a month from 1 to 12"),
        ("reporting: {language: de}", "one of fr, en"),
        ("reporting: {publish_crm_ids: sometimes}", "true or false"),
        ("reporting: {headline_kpis: [a,b,c,d,e,f,g,h,i,j,k,l,m]}", "at most 12"),
        ("sources: {crm: {format: salesforec}}", "sources.crm.format is 'salesforec'"),
        ("sources: {crm: {delimeter: ','}}", "did you mean 'delimiter'?"),
        ("sources: {crm: {delimiter: '~'}}", "sources.crm.delimiter is '~'"),
        ("sources: {crm: {mode: {deal: full}}}", "did you mean 'deals'?"),
        ("sources: {crm: {mode: complete}}", "one of incremental, full"),
        ("sources: {crm: {refers_to: outreech}}", "did you mean 'outreach'?"),
        ("sources: {crm: {refers_to: crm}}", "sources.crm.refers_to is 'crm'"),
        ("sources: {crrm: {mode: full}}", "no folder for the source 'crrm'; did you mean 'crm'?"),
        ("sources: {reference: {}}", "reference tables"),
        ("sources: [crm]", "'sources' must hold keys"),
        ("sources:\n  crm: {}\n  crm: {}", "line 3: the key 'crm' comes twice"),
        ("sources: {crm: [}", "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(
    make_exports: MakeExports, yaml: str, expected: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(make_exports(yaml))
    assert expected in str(caught.value)
    assert "sources.yml" in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_export_folder_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere does not exist.*--exports"):
        read_settings(tmp_path / "nowhere")


def test_an_export_folder_without_sub_folders_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id,name\n")
    with pytest.raises(ConfigurationError, match="folder of its own"):
        read_settings(tmp_path)


def test_dbt_gets_one_row_of_reporting(make_exports: MakeExports, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports("reporting: {as_of: 2026-10-01, internal_domains: ['@Acme.com']}")
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert rows(paths, "reporting") == [
        {
            "currency": "EUR",
            "timezone": "Europe/Paris",
            "as_of": date(2026, 10, 1),
            "today": date(2026, 10, 5),
            "fiscal_year_start_month": 1,
            "language": "fr",
            "revenue_from": "auto",
            "report_rhythm": "auto",
            "headline_kpis": [],
            "internal_domains": ["acme.com"],
            "publish_crm_ids": True,
        }
    ]


def test_dbt_gets_the_sources_their_modes_and_references(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports("sources: {outreach: {decimal: ',', refers_to: [crm]}, crm: {}}")
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert [
        (row["source"], row["source_order"], row["decimal"], row["doubtful_marks"])
        for row in rows(paths, "sources")
    ] == [("outreach", 1, ",", ""), ("crm", 2, ".", "")]
    assert [tuple(row.values()) for row in rows(paths, "source_references")] == [
        ("outreach", "outreach", 0),
        ("outreach", "crm", 1),
        ("crm", "crm", 0),
    ]
    modes = {(row["source"], row["entity"]): row["mode"] for row in rows(paths, "source_entities")}
    assert modes["crm", "deals"] == "incremental"
    assert {row["timezone"] for row in rows(paths, "timezone_days")} == {"UTC", "Europe/Paris"}


def test_the_clock_changes_are_written_anew_only_for_other_zones(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    settings = read_settings(make_exports("reporting: {timezone: UTC}"))
    target = paths.settings / "timezone_days.parquet"
    write_settings(settings, paths, today=date(2026, 10, 5))
    first = target.stat().st_ino
    write_settings(settings, paths, today=date(2026, 10, 6))
    assert target.stat().st_ino == first
    (tmp_path / "exports/sources.yml").write_text("reporting: {timezone: Asia/Tokyo}")
    write_settings(read_settings(tmp_path / "exports"), paths, today=date(2026, 10, 6))
    assert {row["timezone"] for row in rows(paths, "timezone_days")} == {"UTC", "Asia/Tokyo"}


def test_the_decimal_mark_that_landing_found_over_all_loads_is_used(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports(folders=("finance",))
    costs = exports / "finance" / "costs.csv"
    header = "cost_id;incurred_on;cost_type;amount\n"
    costs.write_text(header + "1;2026-10-01;ads;12,50\n2;2026-10-01;ads;1 300,5\n")
    land(exports, paths, read_settings(exports), loaded_at=datetime(2026, 10, 1))
    costs.write_text(header + "3;2026-10-02;ads;9.50\n")
    land(exports, paths, read_settings(exports), loaded_at=datetime(2026, 10, 2))
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert rows(paths, "sources")[0]["decimal"] == ","


@pytest.mark.parametrize(
    ("amounts", "declared", "doubtful"),
    [
        (["7", "1,234"], "", ","),
        (["12,50", "1,234"], "", ""),
        (["12,50", "12.50", "1,234"], "", ".,"),
        (["12,50"] * 30 + ["12.50"], "", ""),
        (["12,50", "12.50", "1,234"], "decimal: '.'", ""),
    ],
)
def test_a_mark_is_in_doubt_when_the_amounts_show_both_usages_or_none(
    make_exports: MakeExports, tmp_path: Path, amounts: list[str], declared: str, doubtful: str
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports(f"sources: {{finance: {{{declared}}}}}", folders=("finance",))
    lines = [f"{number};2026-10-01;ads;{amount}" for number, amount in enumerate(amounts)]
    costs = exports / "finance" / "costs.csv"
    costs.write_text("\n".join(["cost_id;incurred_on;cost_type;amount", *lines]))
    land(exports, paths, read_settings(exports))
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert rows(paths, "sources")[0]["doubtful_marks"] == doubtful


def test_a_source_whose_folder_is_gone_keeps_its_row(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports(folders=("crm", "old"))
    old = exports / "old" / "accounts.csv"
    old.write_text("account_id,name\n1,Acme\n")
    land(exports, paths, read_settings(exports))
    old.unlink()
    old.parent.rmdir()
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert [row["source"] for row in rows(paths, "sources")] == ["crm", "old"]
