"""A company's own KPIs: `kpis.yml` beside its exports, made of the project's events."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.cli import main
from orchestration.environment import Environment
from orchestration.errors import ConfigurationError
from orchestration.kpis.own import read_own_kpis, write_own_kpis
from orchestration.paths import Paths
from orchestration.refresh.stages import load

OWN = """\
own_letters_share:
  family: prospecting_activity
  name: Part des courriers
  definition: {en: Letters per touch, fr: Courriers par action}
  numerator: touch_mail
  denominator: touch
  unit: proportion
  better: none
  dimensions: any_channel

own_won_730d_rate:
  family: conversion_and_cycle
  name: {en: Deals won within two years, fr: Affaires gagnées sous deux ans}
  definition: {en: Their share, fr: Leur part}
  numerator: deal_created>won
  denominator: deal_created
  cohort: deal created within 730 days
  unit: proportion
  better: up
  requires: deal_lost
  dimensions: sales
"""


def write(exports: Path, text: str) -> Path:
    (exports / "kpis.yml").write_text(text, encoding="utf-8")
    return exports


def test_they_are_written_as_rows_of_catalogue_and_terms(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    write_own_kpis(read_own_kpis(write(tmp_path, OWN)), paths)
    folder = paths.settings / "reference"
    letters, won = pq.read_table(folder / "kpi_catalog.parquet").to_pylist()
    assert (letters["name_en"], letters["name_fr"]) == ("Part des courriers", "Part des courriers")
    assert (letters["window_days"], letters["requires"], letters["family"]) == (
        None,
        None,
        "prospecting_activity",
    )
    assert (won["window_days"], won["statistics"], won["min_sample"], won["is_proportion"]) == (
        730,
        "in_window|to_date",
        30,
        True,
    )
    terms = pq.read_table(folder / "kpi_terms.parquet").to_pylist()
    assert [
        (term["kpi_id"], term["statistic"], term["side"], term["weight"], term["measure"])
        for term in terms
    ] == [
        ("own_letters_share", "value", "numerator", 1.0, "n"),
        ("own_letters_share", "value", "denominator", 1.0, "n"),
        ("own_won_730d_rate", "in_window", "numerator", 1.0, "w730"),
        ("own_won_730d_rate", "in_window", "denominator", 1.0, "n"),
        ("own_won_730d_rate", "to_date", "numerator", 1.0, "n"),
        ("own_won_730d_rate", "to_date", "denominator", 1.0, "n"),
    ]


def test_without_the_file_or_with_an_empty_one_there_are_none(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    assert read_own_kpis(tmp_path) == []
    write_own_kpis(read_own_kpis(write(tmp_path, "# nothing yet\n")), paths)
    for name in ("kpi_catalog", "kpi_terms"):
        assert pq.read_table(paths.settings / "reference" / f"{name}.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "own_letters_share:",
            "letters_share:",
            "kpis.yml, line 1: the id 'letters_share' must begin with 'own_', so that it is never "
            "one of ours: 'own_letters_share'",
        ),
        (
            "  family: prospecting_activity\n",
            "",
            "kpis.yml, line 1: own_letters_share lacks 'family'",
        ),
        (
            "family: prospecting_activity",
            "family: prospection",
            "kpis.yml, line 2: unknown family of own_letters_share: 'prospection'; did you mean "
            "'prospecting_activity'?",
        ),
        (
            "  numerator: touch_mail\n",
            "  numerator: touch_mails\n",
            "kpis.yml, line 5: unknown event in own_letters_share: 'touch_mails'; did you mean "
            "'touch_mail'?",
        ),
        (
            "within 730 days",
            "within 731 days",
            "kpis.yml, line 17: a window of 731 days; it must be from 1 to 730 days",
        ),
        (
            "  numerator: touch_mail\n  denominator: touch\n",
            "  computed_in: kpi_mine\n",
            "kpis.yml, line 5: own_letters_share must be made of events: 'computed_in' names a "
            "model of the project",
        ),
        (
            "own_won_730d_rate:",
            "own_letters_share:",
            "kpis.yml, line 11: 'own_letters_share' comes twice in the file, first in line 1; "
            "keep one of them",
        ),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_own_kpis(write(tmp_path, OWN.replace(old, new)))
    assert str(error.value) == message


def test_a_file_with_another_ending_is_not_left_unread(tmp_path: Path) -> None:
    (tmp_path / "kpis.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"Rename .*kpis\.yaml to kpis\.yml"):
        read_own_kpis(tmp_path)


def test_a_refresh_with_a_mistake_in_it_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exports = tmp_path / "exports"
    (exports / "crm").mkdir(parents=True)
    write(exports, OWN.replace("touch_mail", "touch_male"))
    code = main(["run", "--exports", str(exports), "--data", str(tmp_path / "data")])
    assert code == 2
    assert "kpis.yml, line 5: unknown event in own_letters_share" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_adding_and_removing_them_takes_effect_when_exports_are_loaded(tmp_path: Path) -> None:
    exports, paths = tmp_path / "exports", Paths(tmp_path / "data")
    (exports / "crm").mkdir(parents=True)
    (exports / "crm" / "accounts.csv").write_text("account_id,name\nA1,Acme\n", encoding="utf-8")
    environment = Environment(exports, paths)
    found = []
    for text in (OWN, OWN.split("\n\n")[0], None):
        (exports / "kpis.yml").unlink(missing_ok=True)
        if text is not None:
            write(exports, text)
        load(environment, None, lambda _: None, "a-run")
        rows = pq.read_table(paths.settings / "reference" / "kpi_catalog.parquet").to_pylist()
        found.append([row["kpi_id"] for row in rows])
    assert found == [["own_letters_share", "own_won_730d_rate"], ["own_letters_share"], []]
