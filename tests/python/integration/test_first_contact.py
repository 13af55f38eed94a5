"""The first refresh of a folder as people have it: which exit code, and after which stage.

What belongs here: exit codes of loads of which something, or everything, is left out. What does
not: the words (see the unit tests of `refresh/left_out.py`).
"""

from pathlib import Path

from orchestration.paths import Paths
from orchestration.refresh.record import read_record
from tests.python.conftest import refresh

FOREIGN = "Id,IsDeleted,StageName\n1,0,Won\n"
DEALS = "deal_id,stage,status\nD1,offer,open\n"


def put(exports: Path, name: str, content: str) -> None:
    path = exports / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_a_refresh_ends_after_landing_when_nothing_could_be_read(tmp_path: Path) -> None:
    exports, paths = tmp_path / "exports", Paths(tmp_path / "data")
    put(exports, "salesforce/Opportunity.csv", FOREIGN)
    put(exports, "salesforce/notes.pdf", "%PDF")
    for command in ("run", "load"):
        result = refresh(exports, paths.data, command)
        assert result.returncode == 2, result.stdout
        assert "ce tableau de Salesforce n'est pas lu" in result.stdout
        assert "notes.pdf" in result.stdout
        assert "deals.csv avec au moins deal_id, stage, status" in result.stdout
        record = read_record(paths)
        assert record is not None
        assert (record.stage, record.outcome, list(record.seconds)) == ("load", "failed", ["load"])
    assert not paths.warehouse.exists()


def test_a_header_without_rows_alone_is_nothing_to_build_from(tmp_path: Path) -> None:
    put(tmp_path / "exports", "crm/deals.csv", "deal_id,stage,status\n")
    result = refresh(tmp_path / "exports", tmp_path / "data", "load")
    assert result.returncode == 2
    assert "aucune ligne" in result.stdout


def test_one_bad_file_breaks_a_chain_only_when_asked_to(tmp_path: Path) -> None:
    exports, data = tmp_path / "exports", tmp_path / "data"
    put(exports, "crm/deals.csv", DEALS)
    put(exports, "crm/accounts.csv", "account_id,nom\n1,x\n")
    first = refresh(exports, data, "load")
    assert first.returncode == 0, first.stdout
    assert "crm/accounts.csv est refusé" in first.stdout
    assert refresh(exports, data, "load --strict").returncode == 5
    (exports / "crm/accounts.csv").unlink()
    (exports / "crm/deals.csv").rename(exports / "crm/Opportunity.csv")
    put(exports, "crm/Opportunity.csv", FOREIGN)
    again = refresh(exports, data, "load")
    assert again.returncode == 0, "nothing new over what was landed before is no failure"
    assert "crm : rien de nouveau, 1 laissé de côté" in again.stdout
