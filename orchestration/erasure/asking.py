"""Whom a command is about, from its arguments.

What belongs here: reading addresses and ids as people write them, and who is past retention. What
does not: finding their records (see `finding.py`).
"""

import argparse

from orchestration.erasure.finding import Wanted, is_role
from orchestration.erasure.fingerprints import Fingerprints, read_or_make_erasure_key
from orchestration.erasure.forgotten import PERSON_ID, all_marks, read_erasures
from orchestration.errors import ConfigurationError
from orchestration.landing.addresses import email_address, profile_address
from orchestration.paths import Paths
from orchestration.warehouse.database import open_read_only

_DUE = """
    select prospects.source, prospects.prospect_id
    from kpi.kpi_retention_due as due
    inner join core.dim_prospects as prospects using (prospect_key)
    where due.is_due
"""


def wanted_by(paths: Paths, options: argparse.Namespace) -> Wanted:
    """Return whom a command names.

    Raises: ConfigurationError when it names nobody, or in a way that cannot be read.
    """
    emails = frozenset(_email(text) for text in options.email)
    profiles = frozenset(_profile(text) for text in options.profile)
    ids = frozenset(_id(text) for text in options.id)
    if options.past_retention:
        ids |= _past_retention(paths)
        if not ids:
            raise ConfigurationError("nobody is past the retention (kpi.kpi_retention_due)")
    elif not (emails or profiles or ids):
        raise ConfigurationError("say who: --email, --id SOURCE:ID or --profile")
    return Wanted(emails, profiles, ids)


def _email(text: str) -> str:
    address = email_address(text)
    if address is None:
        raise ConfigurationError(f"--email {text}: this is no e-mail address")
    if is_role(address):
        raise ConfigurationError(
            f"--email {text}: several people read this mailbox; name the person by --id"
        )
    return address


def _profile(text: str) -> str:
    address = profile_address(text)
    if address is None:
        raise ConfigurationError(f"--profile {text}: this is no profile; write its whole address")
    return address


def _id(text: str) -> tuple[str, str]:
    source, _, record_id = text.partition(":")
    if not source or not record_id:
        raise ConfigurationError(f"--id {text}: write the source and the id, as in crm:P0000042")
    return source, record_id


def _past_retention(paths: Paths) -> frozenset[tuple[str, str]]:
    if not paths.warehouse.exists():
        raise ConfigurationError(
            f"{paths.warehouse} is not there: run `prospection run`, which finds who is past the "
            "retention"
        )
    with open_read_only(paths.warehouse) as connection:
        due = frozenset(connection.execute(_DUE).fetchall())
    fingerprints = Fingerprints(read_or_make_erasure_key(paths))
    forgotten = all_marks(read_erasures(paths))[PERSON_ID]
    return frozenset(
        (source, record_id)
        for source, record_id in due
        if fingerprints.of(PERSON_ID, f"{source}\0{record_id}") not in forgotten
    )
