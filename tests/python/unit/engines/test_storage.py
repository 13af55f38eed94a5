"""What is copied to the store: only what is new, and what is gone here is gone there."""

from pathlib import Path

import pytest

from orchestration.engines.storage import Storage
from orchestration.errors import ConfigurationError
from orchestration.paths import Paths
from orchestration.settings.engine import Engine


def wrote(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_only_what_is_new_or_changed_is_copied(tmp_path: Path) -> None:
    paths, store = Paths(tmp_path / "data"), tmp_path / "store"
    storage = Storage(Engine("spark", storage=str(store)))
    first = wrote(paths.landing / "generic" / "deals" / "crm@1.parquet", "one")
    wrote(paths.settings / "reporting.parquet", "EUR")
    wrote(paths.landing / ".scratch" / "half.parquet", "half")
    assert storage.push(paths) == 2
    assert storage.push(paths) == 0

    wrote(paths.landing / "generic" / "deals" / "crm@2.parquet", "two")
    wrote(paths.settings / "reporting.parquet", "USD")  # as many bytes, another time
    first.unlink()
    assert storage.push(paths) == 2
    inputs = store / "inputs"
    assert sorted(file.relative_to(inputs).as_posix() for file in inputs.rglob("*.parquet")) == [
        "landing/generic/deals/crm@2.parquet",
        "state/settings/reporting.parquet",
    ]
    assert (inputs / "state/settings/reporting.parquet").read_text() == "USD"
    assert storage.input_address("landing/a.parquet") == f"{store}/inputs/landing/a.parquet"


def test_what_was_lost_there_is_copied_again(tmp_path: Path) -> None:
    paths, store = Paths(tmp_path / "data"), tmp_path / "store"
    storage = Storage(Engine("spark", storage=str(store)))
    wrote(paths.landing / "a.parquet", "one")
    storage.push(paths)
    (store / "inputs" / "landing" / "a.parquet").unlink()
    assert storage.push(paths) == 1


def test_another_store_gets_everything(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    wrote(paths.landing / "a.parquet", "one")
    for name in ("one", "two"):
        assert Storage(Engine("spark", storage=str(tmp_path / name))).push(paths) == 1


def test_tables_come_back_and_old_builds_go(tmp_path: Path) -> None:
    store = tmp_path / "store"
    storage = Storage(Engine("spark", storage=str(store)))
    for build in ("old", "new"):
        folder = store / "builds" / build / "core" / "dim_reps"
        wrote(folder / "part-0.parquet", build)
        wrote(folder / "_SUCCESS", "")
    storage.fetch("builds/new/core/dim_reps", tmp_path / "here")
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["part-0.parquet"]
    storage.keep_only("new")
    assert [folder.name for folder in (store / "builds").iterdir()] == ["new"]


def test_without_a_storage_there_is_nothing_to_copy_to() -> None:
    with pytest.raises(ConfigurationError, match="no storage is declared"):
        Storage(Engine("spark"))
