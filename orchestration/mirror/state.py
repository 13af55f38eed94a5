"""What is known of the mirror without asking the server: one small file, and how it is told.

What belongs here: `state/mirror.json` and its words. What does not: copying (see `mirroring.py`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from orchestration.files import read_json_as, write_json
from orchestration.paths import Paths


@dataclass(frozen=True)
class MirrorState:
    """What became of the last try, and what the mirror holds since the last that went well.

    Attributes:
        place: database and host.
        tried_at: when it was tried last, UTC, ISO form.
        problem: why it did not go well; empty when it did.
        version: the version that the mirror holds, or None when it never went well.
        mirrored_at: since when.
        seconds: how long the last one took that wrote something.
        written: tables written then.
        rows: rows removed and added then.
        tables: how many tables it holds.
        left_out: keys that do not hold, a line each.

    """

    place: str
    tried_at: str
    problem: str = ""
    version: str | None = None
    mirrored_at: str | None = None
    seconds: float = 0.0
    written: int = 0
    rows: int = 0
    tables: int = 0
    left_out: tuple[str, ...] = ()


def write_state(paths: Paths, state: MirrorState) -> None:
    """Replace what is known of the mirror."""
    write_json(paths.state / "mirror.json", asdict(state))


def read_state(paths: Paths) -> MirrorState | None:
    """Return what is known of the mirror, or None when there was none."""
    remedy = "delete it: the next refresh copies the version and notes it again"
    return read_json_as(
        paths.state / "mirror.json",
        lambda value: MirrorState(**{**value, "left_out": tuple(value["left_out"])}),
        remedy,
    )


_SUMMARY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "holds": "PostgreSQL ({place}) holds this version: {tables} tables.",
        "lacks": "PostgreSQL ({place}) does not hold this version; it has {version}. Why:",
        "none": "none",
        "then": "The next refresh tries again, and so does `prospection mirror`.",
    },
    "fr": {
        "holds": "PostgreSQL ({place}) contient cette version : {tables} tables.",
        "lacks": "PostgreSQL ({place}) ne contient pas cette version, mais {version}. Pourquoi :",
        "none": "aucune",
        "then": "La prochaine actualisation réessaie, tout comme `prospection mirror`.",
    },
}


def summary_lines(state: MirrorState | None, version: str, language: str) -> list[str]:
    """Return what the text that ends a refresh says of the mirror, in the reader's language."""
    if state is None:
        return []
    said = _SUMMARY[language]
    facts = {**asdict(state), "version": state.version or said["none"]}
    if state.version == version and not state.problem:
        return [said["holds"].format(**facts)]
    problem = [f"  {line}" for line in state.problem.splitlines()]
    return [said["lacks"].format(**facts), *problem, said["then"]]


def mirror_lines(state: MirrorState | None, current: str | None) -> list[str]:
    """Return what people are told of the mirror; `current` is the version that readers see."""
    if state is None:
        return []
    if state.version is None:
        lines = [f"PostgreSQL ({state.place}) holds no version yet"]
    else:
        lines = [f"PostgreSQL ({state.place}) holds version {state.version}"]
        lines[0] += f" since {state.mirrored_at}: {state.tables} tables"
    if state.problem:
        lines.append(f"  the last try, at {state.tried_at}, did not go well:")
        lines += [f"    {line}" for line in state.problem.splitlines()]
    if current is not None and state.version != current:
        lines.append(
            f"  it lacks version {current}: the next refresh copies it, and so does "
            "`prospection mirror`"
        )
    return lines
