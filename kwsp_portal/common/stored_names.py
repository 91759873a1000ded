"""Words for what rows keep as names with dots or underlines: programmes, acts of the trail, kinds of things.

Each app's admin adds its own; the engine and the trail, which stand below all apps, only ask.
"""

from typing import Any

WORDS: dict[str, Any] = {}
"""Malay msgids by stored name, lazily translated."""


def named(code: str) -> Any:
    """The words for a stored name, or the name itself where nobody has given words."""
    return WORDS.get(code, code)


def thing(target: str) -> str:
    """`Borang A 12` for the `filing:12` of the trail."""
    kind, _, key = target.partition(":")
    return f"{named(kind)} {key}".strip()
