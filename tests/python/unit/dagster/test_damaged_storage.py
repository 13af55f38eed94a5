"""Dagster's storage that cannot be read: the file is named, and without it a refresh goes on."""

import shutil
from pathlib import Path

import pytest

from orchestration.dagster.instance import open_instance
from orchestration.errors import DamagedFileError
from orchestration.paths import Paths

FILES = ("dagster.yaml", "history/runs.db", "history/runs/index.db", "schedules/schedules.db")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Return a data folder that Dagster has worked in."""
    paths = Paths(tmp_path_factory.mktemp("storage"))
    with open_instance(paths) as instance:
        assert instance.get_runs_count() == 0
    return paths


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("flaw", ["no text", "cut off"])
def test_each_file_is_named_and_can_be_deleted(
    storage: Paths, tmp_path: Path, name: str, flaw: str
) -> None:
    shutil.copytree(storage.data, tmp_path / "data")
    paths = Paths(tmp_path / "data")
    file = paths.dagster_home / name
    content = file.read_bytes()
    file.write_bytes(b"\xff\x00" * 5000 if flaw == "no text" else content[: len(content) // 2])
    with (
        pytest.raises(DamagedFileError, match="delete it") as raised,
        open_instance(paths),
    ):
        pass
    assert f"{file} is damaged" in f"{raised.value}"
    file.unlink()
    with open_instance(paths) as instance:
        assert instance.get_runs_count() == 0


@pytest.mark.parametrize("folder", ["history", "schedules", "."])
def test_a_folder_that_is_gone_is_made_again(storage: Paths, tmp_path: Path, folder: str) -> None:
    shutil.copytree(storage.data, tmp_path / "data")
    paths = Paths(tmp_path / "data")
    shutil.rmtree(paths.dagster_home / folder)
    with open_instance(paths) as instance:
        assert instance.get_runs_count() == 0
