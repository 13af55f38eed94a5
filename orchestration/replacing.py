"""Replacing an inner part of a package, where it does the same again and again."""

from typing import Any


def replace_part(owner: Any, name: str, value: Any) -> None:
    """Put `value` in the place of a part that `owner`, a module or class, calls by its name.

    Raises: AttributeError when another version of the package no longer has it.
    """
    if not hasattr(owner, name):
        raise AttributeError(f"there is no {name} to replace in {owner}")
    setattr(owner, name, value)
