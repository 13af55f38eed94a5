"""Requests for erasure that come with the exports: rows `erasure` of the suppressions.

What belongs here: which of them ask for somebody who is not forgotten yet. What does not: carrying
them out (see `forgetting.py`).
"""

from collections.abc import Mapping

from orchestration.erasure.finding import Wanted, distinct_cells, is_role
from orchestration.erasure.fingerprints import Fingerprints, is_erased, read_or_make_erasure_key
from orchestration.erasure.forgetting import Forgotten, Progress, forget
from orchestration.erasure.forgotten import EMAIL, PERSON_ID, all_marks, read_erasures
from orchestration.landing.addresses import email_address
from orchestration.paths import Paths

_ERASURE = "erasure"


def carry_out_requests(
    paths: Paths, countries: Mapping[str, str | None], progress: Progress
) -> Forgotten | None:
    """Erase whoever asks for it in what is landed; None when nobody new does.

    Call it with the lock held, after a load.
    """
    wanted = open_requests(paths)
    if not wanted.nodes:
        return None
    return forget(paths, wanted, "request", countries, progress)


def open_requests(paths: Paths) -> Wanted:
    """Return who asks for erasure and is not forgotten yet."""
    rows = distinct_cells(paths, "suppressions", ("_source", "kind", "prospect_id", "email"))
    asked = [row for row in rows if (row[1] or "").casefold() == _ERASURE]
    if not asked:
        return Wanted()
    fingerprints = Fingerprints(read_or_make_erasure_key(paths))
    marks = all_marks(read_erasures(paths))
    emails = {
        address
        for *_, email in asked
        if email and not is_erased(email)
        if (address := email_address(email)) is not None and not is_role(address)
        if fingerprints.of(EMAIL, address) not in marks[EMAIL]
    }
    ids = {
        (source or "", prospect_id)
        for source, _, prospect_id, _ in asked
        if prospect_id
        if fingerprints.of(PERSON_ID, f"{source}\0{prospect_id}") not in marks[PERSON_ID]
    }
    return Wanted(emails=frozenset(emails), ids=frozenset(ids))
