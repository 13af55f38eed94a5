"""`sources.yml` is read strictly, and what dbt gets is what was declared."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import Reporting, read_settings
from orchestration.settings.written import complete_settings, write_settings

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


def test_settings_behind_a_link_out_of_the_exports_are_refused(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    exports = make_exports()
    (tmp_path / "secret").write_text("reporting: {currency: CHF}", encoding="utf-8")
    (exports / "sources.yml").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigurationError, match="leads out of the exports"):
        read_settings(exports)
    (exports / "sources.yml").unlink()
    (exports / "reference").mkdir()
    (exports / "reference" / "value_maps.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigurationError, match=r"value_maps\.csv is a link"):
        read_settings(exports)


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
        ("reporting: {tell_signals: sometimes}", "true or false"),
        ("reporting: {headline_kpis: [a,b,c,d,e,f,g,h,i,j,k,l,m]}", "at most 12"),
        ("sources: {crm: {format: salesforec}}", "sources.crm.format is 'salesforec'"),
        ("sources: {crm: {delimeter: ','}}", "did you mean 'delimiter'?"),
        ("sources: {crm: {delimiter: '~'}}", "sources.crm.delimiter is '~'"),
        ("sources: {crm: {mode: {deal: full}}}", "did you mean 'deals'?"),
        ("sources: {crm: {two_digit_years: sometimes}}", "true or false"),
        ("sources: {crm: {excel_dates: 1905}}", "true, 1900 or 1904"),
        ("sources: {crm: {country: France}}", "a two-letter ISO code such as FR"),
        ("sources: {crm: {encoding: mac}}", "'macroman', 'cp850', 'cp437'"),
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
    (tmp_path / "read me.md").write_text("nothing here")
    with pytest.raises(ConfigurationError, match="folder of its own"):
        read_settings(tmp_path)


def test_files_in_the_export_folder_itself_are_a_source_of_its_name(tmp_path: Path) -> None:
    exports = tmp_path / "downloads"
    (exports / "crm").mkdir(parents=True)
    (exports / "accounts.csv").write_text("account_id,name\n")
    (exports / "sources.yml").write_text("sources: {downloads.hubspot: {date_order: dmy}}")
    settings = read_settings(exports)
    assert [source.name for source in settings.sources] == ["downloads.hubspot", "crm", "downloads"]
    (exports / "downloads").mkdir()
    with pytest.raises(ConfigurationError, match="Rename the inner folder"):
        read_settings(exports)


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
            "dashboard_records": False,
            "retention_months": 36,
            "rep_names": True,
        }
    ]


def test_a_folder_of_before_reps_could_be_unnamed_is_completed_and_no_damaged_one(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    secret = paths.settings / "rep_names.parquet"
    complete_settings(paths)
    assert not secret.exists()
    exports = make_exports("reporting: {rep_names: false}")
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    written = pq.read_table(secret)
    assert written.to_pylist()[0]["secret"]
    secret.unlink()
    complete_settings(paths)
    assert not secret.exists()

    reporting = pq.read_table(paths.settings / "reporting.parquet")
    pq.write_table(reporting.drop_columns("rep_names"), paths.settings / "reporting.parquet")
    complete_settings(paths)
    assert pq.read_table(secret).to_pylist() == [{"secret": None}]
    assert pq.read_schema(secret).equals(written.schema)


def test_dbt_gets_the_sources_their_modes_and_references(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports("sources: {outreach: {excel_dates: 1904, refers_to: [crm]}, crm: {}}")
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    assert [
        (row["source"], row["source_order"], row["excel_day_zero"], row["two_digit_years"])
        for row in rows(paths, "sources")
    ] == [("outreach", 1, date(1904, 1, 1), False), ("crm", 2, None, False)]
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


@pytest.mark.parametrize(
    ("declared", "countries"),
    [
        ("", ["FR", "FR"]),
        ("reporting: {timezone: America/New_York}", ["US", "US"]),
        ("reporting: {timezone: UTC}", [None, None]),
        ("reporting: {country: be}\nsources: {crm: {country: NO}}", ["NO", "BE"]),
    ],
)
def test_the_country_of_phone_numbers_is_that_of_the_time_zone_unless_declared(
    make_exports: MakeExports, declared: str, countries: list[str | None]
) -> None:
    settings = read_settings(make_exports(declared))
    assert [source.country for source in settings.sources] == countries


def file_rules(
    paths: Paths, exports: Path, files: Mapping[str, str], settings: str = ""
) -> dict[str, tuple[str, str, str]]:
    """Land files of one source; return per file its comma, doubtful and midnight columns."""
    (exports / "sources.yml").write_text(f"sources: {{finance: {{{settings}}}}}", encoding="utf-8")
    for name, content in files.items():
        (exports / "finance" / name).write_text(content, encoding="utf-8")
    land(exports, paths, read_settings(exports))
    write_settings(read_settings(exports), paths, today=date(2026, 10, 5))
    columns = ("comma_columns", "doubtful_columns", "midnight_columns")
    return {
        str(row["file"]).removeprefix("finance/"): tuple(row[name].strip(",") for name in columns)
        for row in rows(paths, "file_rules")
    }


def costs(*amounts: str, delimiter: str = ";") -> str:
    """Return a file of costs with these amounts, in quotes."""
    lines = ["cost_id,incurred_on,cost_type,amount".replace(",", delimiter)]
    for number, amount in enumerate(amounts):
        lines.append(delimiter.join([str(number), "2026-10-01", "ads", f'"{amount}"']))
    return "\n".join(lines)


COMMA, DOUBT, POINT = ("amount", "", ""), ("", "amount", ""), ("", "", "")


@pytest.mark.parametrize(
    ("amounts", "delimiter", "settings", "expected"),
    [
        (["1.500", "2.250", "950"], ";", "", COMMA),
        (["1.500"], ";", "", COMMA),
        (["-1.500", "-2.250"], ";", "", COMMA),
        (["1.500", "2.250", "950"], ",", "", DOUBT),
        (["1.500", "2.250", "950"], "\t", "", DOUBT),
        (["1.500", "2.250", "950"], ",", 'decimal: "."', POINT),
        (["1.500", "2.250", "950"], ",", 'decimal: ","', COMMA),
        (["1.500", "2.25"], ";", "", POINT),
        (["1.500", "0.250"], ";", "", POINT),
        (["1.500", "1500.250"], ",", "", POINT),
        (["1.500", "2.250,50"], ",", "", COMMA),
        (["1.500", "1.234.567"], ",", "", COMMA),
        (["1,500", "2,250", "950"], ";", "", DOUBT),
        (["1,500", "2,250", "950"], ",", "", DOUBT),
        (["1,500", "2.25"], ",", "", POINT),
        (["1,500", "2,25"], ";", "", COMMA),
        (["1,500", "1.500"], ";", "", DOUBT),
        (["12,50", "12.50", "1,234"], ";", "", ("", "amount", "")),
        (["12,50"] * 30 + ["12.50"], ";", "", COMMA),
        (["7", "12 000"], ";", "", POINT),
    ],
)
def test_a_mark_before_three_digits_is_judged_by_its_file_and_column(
    make_exports: MakeExports,
    tmp_path: Path,
    amounts: list[str],
    delimiter: str,
    settings: str,
    expected: tuple[str, str, str],
) -> None:
    exports = make_exports(folders=("finance",))
    files = {"costs.csv": costs(*amounts, delimiter=delimiter)}
    found = file_rules(Paths(tmp_path / "data"), exports, files, settings)
    assert found["costs.csv"] == expected


def test_what_another_column_or_file_shows_tells_thousands_and_never_decimals(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    exports = make_exports(folders=("finance",))
    lines = "order_id,line_number,quantity,unit_price,discount_amount,unit_cost\n"
    files = {
        "order_lines_1.csv": lines + 'O1,1,1.500,"12,50","1,500",\n',
        "order_lines_2.csv": lines + 'O1,1,"1,500",12.50,1.500,\n',
        "order_lines_3.csv": lines + "O1,1,1.500,7,,\n",
        "fx_rates.csv": "rate_on;currency;rate\n2026-01-01;USD;1.085\n",
    }
    found = file_rules(Paths(tmp_path / "data"), exports, files)
    # decimal commas beside: points are thousands, and commas before three digits in doubt
    assert found["order_lines_1.csv"] == (
        "line_number,quantity,unit_price,unit_cost",
        "discount_amount",
        "",
    )
    assert found["order_lines_2.csv"] == ("", "discount_amount", "")
    assert found["order_lines_3.csv"] == ("", "quantity", "")  # its source shows both usages
    assert found["fx_rates.csv"] == ("", "rate", "")  # no rate is a thousand for its delimiter


def test_the_mark_of_a_typed_column_is_the_one_it_was_landed_with(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    exports = make_exports(folders=("finance",))
    columns = {"cost_id": ["1", "2"], "incurred_on": ["2026-10-01"] * 2, "cost_type": ["ads"] * 2}
    table = pa.table({**columns, "amount": [1.5, 2.125]})
    pq.write_table(table, exports / "finance" / "costs.parquet")
    files = {"costs_more.csv": costs("12,50", "9,95")}
    found = file_rules(Paths(tmp_path / "data"), exports, files)
    assert found == {"costs.parquet": POINT, "costs_more.csv": COMMA}


@pytest.mark.parametrize(
    ("cells", "is_midnight"),
    [
        (["2026-09-01 00:00:00", "2026-09-02 00:00:00", ""], True),
        (["2026-09-01T00:00:00.000+0000"], True),
        (["09/01/2026 12:00:00 AM"], True),
        (["2026-09-01 00:00:00", "2026-09-02"], True),
        (["2026-09-01", "2026-09-02"], False),
        (["2026-09-01 00:00:00"] * 3000 + ["2026-09-02 00:00:01"], False),
        (["2026-09-01 00:00:00", "2026-09-02 12:00:00 PM"], False),
        (["2026-09-01 10:00:00"], False),
    ],
)
def test_a_column_of_a_file_holds_days_when_all_its_times_are_midnight(
    make_exports: MakeExports, tmp_path: Path, cells: list[str], is_midnight: bool
) -> None:
    exports = make_exports(folders=("finance",))
    lines = [f"D{number},a,open,{cell}" for number, cell in enumerate(cells)]
    deals = "\n".join(["deal_id,stage,status,closed_at", *lines])
    found = file_rules(Paths(tmp_path / "data"), exports, {"deals.csv": deals})
    assert found["deals.csv"][2] == ("closed_at" if is_midnight else "")


def test_a_load_of_an_earlier_version_gets_its_evidence_and_addresses(
    make_exports: MakeExports, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    exports = make_exports(folders=("finance",))
    prospects = "prospect_id,detected_at,phone\n1,2026-01-01 00:00:00,06 12 34 56 78\n"
    files = {"costs.csv": costs("1.500", "950"), "prospects.csv": prospects}
    expected = file_rules(paths, exports, files)
    (addresses,) = (paths.landing / "_addresses").glob("finance@*.parquet")
    before = pq.read_table(addresses)
    for folder in ("_columns", "_addresses"):
        for path in (paths.landing / folder).glob("finance@*.parquet"):
            path.unlink()
    assert file_rules(paths, exports, {}) == expected
    assert expected == {"costs.csv": COMMA, "prospects.csv": ("", "", "detected_at")}
    assert pq.read_table(addresses).equals(before)
    assert before.to_pylist() == [
        {
            "source": "finance",
            "kind": "phone",
            "written": "06 12 34 56 78",
            "address": "+33612345678",
        }
    ]
    file_rules(paths, exports, {}, "country: US")
    assert pq.read_table(addresses).column("address").to_pylist() == ["+10612345678"]


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
