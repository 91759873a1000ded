"""What people type, made harmless before it is kept: a line end, a terminal's command or a turn of the writing direction shows as itself."""

from collections.abc import Mapping
from typing import Any


def text(typed: str) -> str:
    """Characters that nobody sees, or that move others about, as their escapes: `\\n`, `\\x1b`, `\\u202e`. All else stays as typed."""
    if typed.isprintable():
        return typed
    return "".join(char if char.isprintable() or char == "\u00a0" else char.encode("unicode_escape").decode("ascii") for char in typed)


def value(found: Any) -> Any:
    """The same through lists and mappings."""
    if isinstance(found, str):
        return text(found)
    if isinstance(found, Mapping):
        return {text(str(key)): value(one) for key, one in found.items()}
    if isinstance(found, list | tuple):
        return [value(one) for one in found]
    return found
