"""What `prospection status` prints.

What belongs here: describing the published versions and the last refresh. What does not: changing
them.
"""

from orchestration.lock import running_refresh
from orchestration.mirror.state import mirror_lines, read_state
from orchestration.modes import wider_than_meant
from orchestration.paths import Paths
from orchestration.publication.versions import (
    Version,
    current_name,
    damaged_versions,
    list_versions,
)
from orchestration.refresh.record import SEEN, RefreshRecord, read_record
from orchestration.refresh.summary.figures import format_table
from orchestration.refresh.summary.warnings import warning_lines
from orchestration.validation.held import open_batches
from orchestration.validation.held_versions import describe_held_versions
from orchestration.validation.results import read_results


def describe_status(paths: Paths) -> str:
    """Return the published versions (the current one marked), and what the last refresh came to."""
    versions = list_versions(paths)
    lines = [f"published in {paths.published}:"]
    if versions:
        lines += format_table(
            ["  version", "as of", "tables", "size"],
            [_version_row(version) for version in reversed(versions)],
        )
        if not versions[-1].is_current:
            lines.append(
                "  * is what readers see since a rollback; the next refresh publishes a new version"
            )
    else:
        lines.append("  nothing yet")
    lines += [f"  {line}" for line in damaged_versions(paths)]
    lines += ["", _describe_refresh(read_record(paths), running_refresh(paths))]
    lines += _gate_lines(paths)
    lines += _wide_lines(paths)
    mirrored = mirror_lines(read_state(paths), current_name(paths))
    lines += ["", *mirrored] if mirrored else []
    return "\n".join(lines)


def _wide_lines(paths: Paths) -> list[str]:
    """Return a warning where others may read what is not meant for them."""
    wide = wider_than_meant(paths)
    if not wide:
        return []
    first = wide[0]
    return [
        "",
        f"warning: {len(wide)} files or folders are open to more users than is meant, such as "
        f"{first} ({first.stat().st_mode & 0o7777:04o}): the next refresh closes what is its "
        "user's, `chmod` the rest",
    ]


def _gate_lines(paths: Paths) -> list[str]:
    """Return what the gates said last: of the marts, and the batches that wait for a decision."""
    lines: list[str] = []
    marts = [result for result in read_results(paths) if "build_id" in result]
    if marts:
        last = marts[-1]
        rules = sum(len(suite["expectations"]) for suite in last["suites"])
        verdict = "let the marts pass" if last["passed"] else "held the marts back"
        lines += ["", f"gate 2 last checked {rules} rules and {verdict}"]
        lines += [f"  {line}" for line in last["failures"]]
        lines += [f"  warning: {line}" for line in warning_lines(marts, {}, "", "en")]
    versions = describe_held_versions(paths)
    if versions:
        lines += ["", "gate 2 holds back (see `prospection held list`):", f"  {versions[0]}"]
    held = open_batches(paths)
    if held:
        lines += ["", f"gate 1 holds back {len(held)} (see `prospection held list`):"]
        lines += [f"  {each.load_id}, since {each.held_at}" for each in held]
    return lines


def _version_row(version: Version) -> list[str]:
    size = sum(file["bytes"] for file in version.manifest["files"].values())
    return [
        f"{'*' if version.is_current else ' '} {version.name}",
        str(version.manifest["as_of"]),
        str(len(version.manifest["tables"])),
        f"{size / 1e6:,.1f} MB",
    ]


def _describe_refresh(record: RefreshRecord | None, running: str | None) -> str:
    if running is not None:
        stage = f", in stage {record.stage}" if record and record.outcome == "running" else ""
        return f"a refresh is running: {running}{stage}"
    if record is None:
        return "no refresh has run yet"
    if record.outcome == "running":
        return (
            f"the last refresh, started at {record.started_at}, was interrupted in stage "
            f"{record.stage}; the next one recovers on its own"
        )
    head = f"the last refresh, started at {record.started_at}: {record.outcome}"
    if record.outcome not in {*SEEN, "done"}:
        head += f" in stage {record.stage}"
    return "\n".join([head, *(f"  {line}" for line in record.messages)])
