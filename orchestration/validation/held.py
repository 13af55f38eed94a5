"""The batches that gate 1 holds back, and what the user decides about them.

What belongs here: `state/held.json` (load id → reasons and decision) and carrying a decision out.
What does not: why a batch is held back (see `batches.py`). The rows of a held batch lie in
`landing/_held/`, where no model reads them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from orchestration.errors import ConfigurationError
from orchestration.files import read_json_as, timestamp, write_json
from orchestration.landing.report import Load
from orchestration.landing.store import Store
from orchestration.paths import Paths

Decision = Literal["open", "released", "dropped"]

_LOST = "it was held back; its reasons are lost"


@dataclass(frozen=True)
class HeldBatch:
    """A batch that was held back.

    Attributes:
        load_id: the load.
        source: its source.
        folder: where its files lie in the exports.
        reasons: the rules that it broke, for people.
        held_at: when, UTC, ISO form.
        decision: open until the user has released or dropped it.
        decided_at: when that was, UTC, ISO form; None while open.

    """

    load_id: str
    source: str
    folder: str
    reasons: Sequence[str]
    held_at: str
    decision: Decision = "open"
    decided_at: str | None = None


def read_held(paths: Paths) -> list[HeldBatch]:
    """Return every batch that was ever held back, oldest first.

    One of which the list says nothing, because it was lost, waits for a decision.

    Raises: DamagedFileError when the list cannot be read.
    """
    remedy = (
        "restore it from a backup; or delete it: then every batch in landing/_held waits for a "
        "decision, the dropped ones, too"
    )
    listed = read_json_as(_file(paths), _as_batches, remedy) or []
    known = {each.load_id for each in listed}
    held = Store(paths.landing).held
    lost = [
        HeldBatch(each.load_id, each.source, each.folder, (_LOST,), f"{each.loaded_at}")
        for each in (held.landed(name).load for _, name in held.load_ids() if name not in known)
    ]
    return [*listed, *lost]


def _as_batches(content: Any) -> list[HeldBatch]:
    batches = [HeldBatch(**each) for each in content]
    for each in batches:
        if each.decision not in get_args(Decision):
            raise ValueError(f"{each.load_id} is decided as {each.decision!r}")
    return batches


def open_batches(paths: Paths) -> list[HeldBatch]:
    """Return the batches that wait for a decision."""
    return [each for each in read_held(paths) if each.decision == "open"]


def decisions(paths: Paths) -> list[tuple[str, Decision]]:
    """Return load and decision of each batch that was decided about, in the order of their ids."""
    return sorted(
        (each.load_id, each.decision) for each in read_held(paths) if each.decision != "open"
    )


def hold(paths: Paths, load: Load, reasons: Sequence[str]) -> None:
    """Note that a load is held back."""
    others = [each for each in read_held(paths) if each.load_id != load.load_id]
    held = HeldBatch(load.load_id, load.source, load.folder, tuple(reasons), timestamp())
    _write(paths, [*others, held])


def release(paths: Paths, load_id: str) -> HeldBatch:
    """Let a held batch be built by the next refresh; the caller holds the lock.

    Raises: ConfigurationError when no such batch is held back.
    """
    released = _decide(paths, _find(paths, load_id), "released")
    Store(paths.landing).release(load_id)
    return released


def finish_decisions(paths: Paths) -> None:
    """Carry out what was decided and then interrupted."""
    for each in read_held(paths):
        if each.decision == "released":
            Store(paths.landing).release(each.load_id)
        elif each.decision == "dropped":
            Store(paths.landing).hold_back(each.load_id)


def drop_landed(paths: Paths, load: Load, reason: str) -> None:
    """Take a load out that was built, as if gate 1 had held it back and the user dropped it."""
    hold(paths, load, (reason,))
    drop(paths, load.load_id)
    Store(paths.landing).hold_back(load.load_id)


def drop(paths: Paths, load_id: str) -> HeldBatch:
    """Never build a held batch; its rows are kept, so that it can still be released.

    Raises: ConfigurationError when no such batch is held back.
    """
    return _decide(paths, _find(paths, load_id), "dropped")


def describe_held(paths: Paths) -> str:
    """Return the batches that are not built, with their reasons and what to do."""
    lines: list[str] = []
    for each in read_held(paths):
        if each.decision == "released":
            continue
        word = "held back" if each.decision == "open" else "dropped"
        lines.append(
            f"{each.load_id}  {word} {each.decided_at or each.held_at}, from {each.folder}"
        )
        lines += [f"    {reason}" for reason in each.reasons]
    if not lines:
        return "no batch is held back"
    return "\n".join(
        [
            *lines,
            "",
            "`prospection held release LOAD` has one built, `drop` leaves it out.",
        ]
    )


def _find(paths: Paths, load_id: str) -> HeldBatch:
    held = [each for each in read_held(paths) if each.decision != "released"]
    for each in held:
        if each.load_id == load_id:
            return each
    listed = ", ".join(each.load_id for each in held) or "none"
    raise ConfigurationError(f"no batch {load_id!r} is held back; there are: {listed}")


def _decide(paths: Paths, batch: HeldBatch, decision: Decision) -> HeldBatch:
    decided = replace(batch, decision=decision, decided_at=timestamp())
    _write(paths, [decided if each.load_id == batch.load_id else each for each in read_held(paths)])
    return decided


def _write(paths: Paths, batches: Sequence[HeldBatch]) -> None:
    write_json(_file(paths), [asdict(each) for each in batches])


def _file(paths: Paths) -> Path:
    return paths.state / "held.json"
