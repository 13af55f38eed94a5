"""dbt as a child that never outlives the refresh that started it.

What belongs here: the entry point `python -m orchestration.dbt_process …`, the same command line
as `dbt …`. When the refresh is killed the kernel kills this process too, so that no orphan goes on
writing to the warehouse while the next refresh starts.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (on Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        sys.exit("the refresh that started dbt has ended")


def main() -> None:
    """Run the dbt command line."""
    end_with_parent()
    from dbt.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
