"""What every reason has: two sentences."""

from typing import NamedTuple


class Words(NamedTuple):
    """Msgids with the placeholders column, found, expected, and the names in the problem's detail."""

    sentence: str
    mend: str
