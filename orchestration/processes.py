"""The processes of a refresh: each lives for a minute or so, and none outlives the refresh.

What belongs here: how such a process begins and ends, and the memory that there is for all of them.
What does not: what it does, and how much of the memory it may take.
"""

import atexit
import ctypes
import gc
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def machine_memory(container_limit: Path = _CONTAINER_LIMIT) -> int:
    """Return the bytes of memory of this machine, or of the container that this runs in."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = container_limit.read_text(encoding="ascii").strip()
    except OSError:
        return physical
    return min(physical, int(limit)) if limit.isdigit() else physical


def end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (on Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        sys.exit("the refresh that started this process has ended")


def keep_cycles() -> None:
    """Never look for reference cycles in this process, which ends with the refresh.

    Modules, manifest and definitions stay to the end: to go through them again and again took a
    tenth of a refresh. What is left in cycles `give_back_memory` looks for, once.
    """
    gc.disable()


def give_back_memory() -> None:
    """Give memory that this process no longer needs back to the machine, for the next stage.

    Reference cycles that nobody has looked for, and what Arrow and the C library keep for later:
    after the load of a million activities two fifths of the process.
    """
    import pyarrow as pa  # most processes do without

    gc.collect()
    pa.default_memory_pool().release_unused()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # of the GNU C library only
        library.malloc_trim(0)


def begin_child() -> None:
    """Begin a process that a refresh has started."""
    end_with_parent()
    keep_cycles()


def end(code: int) -> NoReturn:
    """End this process, but do not take its modules down one by one, which takes a second.

    Not for a process with children of its own: what would wait for them has not told them to end.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
