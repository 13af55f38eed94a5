"""Replacing an inner part of a package, where it does the same again and again."""

from typing import Any


def part_of(owner: Any, name: str) -> Any:
    """Return a part that is to be replaced.

    Raises: AttributeError when another version of the package no longer has it.
    """
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise AttributeError(
            f"there is no {name} to replace in {owner}: a shortcut counts on it, so install the "
            "version that requirements.txt names, or take the shortcut out"
        ) from error


def replace_part(owner: Any, name: str, value: Any) -> None:
    """Put `value` in the place of a part that `owner`, a module or class, calls by its name.

    Raises: AttributeError when another version of the package no longer has it.
    """
    part_of(owner, name)
    setattr(owner, name, value)
