"""Why a version could not be copied.

What belongs here: the error and its exit code; its message says what to do. What does not: when it
is raised.
"""

from typing import ClassVar

from orchestration.errors import ProspectionError


class MirrorError(ProspectionError):
    """The copy in PostgreSQL is as it was before; what is published stays published."""

    exit_code: ClassVar[int] = 5
