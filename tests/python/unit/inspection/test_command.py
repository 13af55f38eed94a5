"""The command `prospection inspect`: exit codes, languages, JSON."""

import json
from pathlib import Path

import pytest

from orchestration.cli import main

GOOD = "deal_id,stage,status\n1,A,open\n"
BAD = "deal_id,stage,status\n1,A,perhaps\n"


def exports(folder: Path, deals: str) -> Path:
    (folder / "exports" / "crm").mkdir(parents=True)
    (folder / "exports" / "crm" / "deals.csv").write_text(deals, encoding="utf-8")
    return folder / "exports"


def test_all_understood_is_zero_and_something_to_decide_is_five(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(exports(tmp_path / "good", GOOD)), "--language", "en"]) == 0
    assert "Everything is understood." in capsys.readouterr().out
    assert main(["inspect", str(exports(tmp_path / "bad", BAD)), "--language", "en"]) == 5
    assert "For you to decide" in capsys.readouterr().out
    assert main(["inspect", str(tmp_path / "nowhere")]) == 2


def test_the_language_is_that_of_the_settings_unless_another_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = exports(tmp_path, GOOD)
    main(["inspect", str(folder)])
    assert "Tout est compris." in capsys.readouterr().out
    (folder / "sources.yml").write_text("reporting: {language: en}\n", encoding="utf-8")
    main(["inspect", str(folder)])
    assert "Everything is understood." in capsys.readouterr().out


def test_json_holds_the_findings_and_no_data_folder_appears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exports(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    assert main(["inspect", "exports", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["entities"] == {"deals": {"crm": 1}}
    assert found["files"][0]["report"]["landed"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name]
