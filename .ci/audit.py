"""Compare every lock with the database of known vulnerabilities, where it can be reached.

What belongs here: asking pip-audit, which has an environment of its own (`make audit`). What does
not: which packages there are (see `pyproject.toml`). Where the database cannot be reached nothing
is audited, and that is said; where it can, anything found fails.
"""

import argparse
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "https://api.osv.dev/v1/vulns/PYSEC-2018-66"
"""An entry that the database has had for years: whether it answers."""

EXCEPTIONS = ROOT / ".ci" / "audit_exceptions.txt"
SECONDS = 15


def is_reachable(address: str) -> bool:
    """Tell whether the database answers, in whatever words."""
    try:
        urllib.request.urlopen(address, timeout=SECONDS).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False
    return True


def exceptions(file: Path) -> list[str]:
    """Return the entries that do not matter here; each line has one, and why.

    Raises: SystemExit when a line gives no reason.
    """
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            entry, _, reason = line.partition(" ")
            if not reason.strip():
                raise SystemExit(f"{file}, line {number}: say why {entry} does not matter here")
            found.append(entry)
    return found


def main() -> int:
    """Audit every lock; return 1 when something is found in one."""
    parser = argparse.ArgumentParser(description="Audit the locks.")
    parser.add_argument("--tool", default="pip-audit", help="the command pip-audit")
    parser.add_argument("--database", default=DATABASE, help="what is asked whether it answers")
    parser.add_argument(
        "locks", nargs="*", type=Path, default=sorted(ROOT.glob("requirements*.txt"))
    )
    options = parser.parse_args()
    if not is_reachable(options.database):
        print("NOT AUDITED: the database of known vulnerabilities cannot be reached from here")
        return 0
    ignored = [part for entry in exceptions(EXCEPTIONS) for part in ("--ignore-vuln", entry)]
    settings = ["--disable-pip", "--require-hashes", "--vulnerability-service", "osv", "--strict"]
    failed = []
    for lock in options.locks:
        print(f"== {lock.name}", flush=True)
        command = [options.tool, *settings, *ignored, "--requirement", str(lock)]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(lock.name)
    if failed:
        print(f"something is known of what is locked in {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
