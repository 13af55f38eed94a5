"""Pseudonyms: the standard HMAC, a secret of one's own, the same person the same one."""

import hmac
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from orchestration.publication.pseudonyms import pseudonym_sql
from orchestration.settings.keys import read_or_make_key


@pytest.mark.parametrize("identity", ["crm:42", "crm:é \N{EURO SIGN} 00042", "", "x" * 300])
@pytest.mark.parametrize("key", [b"k" * 32, bytes(range(32)), b"'"])
def test_it_is_hmac_sha256_as_python_computes_it(identity: str, key: bytes) -> None:
    row = duckdb.execute(f"select {pseudonym_sql(key, '?::varchar')}", [identity]).fetchone()
    expected = hmac.digest(key, identity.encode(), "sha256").hex()[:16]
    assert row == (expected,)


def test_nobody_has_no_pseudonym() -> None:
    row = duckdb.execute(f"select {pseudonym_sql(b'k', 'null::varchar')}").fetchone()
    assert row == (None,)


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    key = read_or_make_key(Paths(tmp_path))
    assert len(key) == 32
    assert read_or_make_key(Paths(tmp_path)) == key
    assert (tmp_path / "state" / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert read_or_make_key(Paths(tmp_path / "other")) != key
