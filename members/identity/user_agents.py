"""Which browser on which system somebody seems to use, from what the browser says of itself. For people to recognise, never to decide by."""

from typing import Final, NamedTuple

# The more special first: nearly every browser also calls itself one of those further down.
BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
LONGEST: Final = 400


class Words(NamedTuple):
    """Empty where the browser does not say."""

    browser: str
    system: str


def words(user_agent: str) -> Words:
    """Names that people know; what is not recognised is left empty rather than guessed."""
    said = user_agent[:LONGEST]
    return Words(_first(said, BROWSERS), _first(said, SYSTEMS))


def _first(said: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in said), "")
