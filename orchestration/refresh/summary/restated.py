"""What a refresh says of closed periods whose values are others than in the version before.

What belongs here: the sentences, in the reader's language. What does not: finding the values and
what explains them (see `refresh/closed_periods.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from orchestration.counts import counts
from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.wording import Language, words
from orchestration.validation.explanations import said_in


def restated_lines(results: Iterable[Mapping[str, Any]], language: Language) -> list[str]:
    """Return how many values are others and why; nothing when none is.

    Args:
        results: the gates' results as they are kept, oldest first.
        language: of the sentences.

    """
    marts = [result for result in results if "build_id" in result]
    restated = marts[-1].get("restated") if marts else None
    if not restated or not restated["changed"]:
        return []
    said = words(language)
    numbers = counts(
        language, **{name: restated[name] for name in ("changed", "closed", "unexplained")}
    )
    lines = [said["restated"].format(version=restated["version_before"], **numbers)]
    for kind, name, count in restated["explained"]:
        reason = said_in(language, kind, name)
        count_said = format_number(count, 0, language)
        lines.append(said["restated_by"].format(count=count_said, reason=reason))
    if restated["unexplained"]:
        lines.append(said["restated_unexplained"].format(**numbers))
    return lines
