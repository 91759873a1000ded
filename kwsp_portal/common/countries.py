"""Countries that issue passports, by the three letters that stand on them (ISO 3166-1, ICAO Doc 9303)."""

from functools import cache
from pathlib import Path
from typing import Final

import yaml

_FILE: Final = Path(__file__).with_name("countries.yaml")

UNRECORDED: Final = "XXX"
"""ICAO's letters for an unspecified country: passports that were registered before their country was."""


@cache
def known() -> dict[str, tuple[str, str]]:
    """Names in Malay and English, by letters."""
    return {code: (malay, english) for code, (malay, english) in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()}


def name(code: str, language: str) -> str:
    """The country's name in the language; the letters themselves for a country that is no longer in the list."""
    malay, english = known().get(code, (code, code))
    return english if language.startswith("en") else malay


@cache
def in_order(language: str) -> list[tuple[str, str]]:
    """Letters and names, by name in the language."""
    return sorted(((code, name(code, language)) for code in known()), key=lambda one: one[1].casefold())
