"""When two spellings of a name are the same name (ruling 14)."""

import re
import unicodedata
from typing import Final

# BIN/BINTI and their short forms stand as words of their own: "BINTANG" keeps its letters. "A / L" is written with blanks too.
_PARTICLES: Final = re.compile(r"\b(?:BINTI|BINTE|BTE|BIN|BT|B|A ?/ ?[LP]|[SD] ?/ ?O)\b\.?")
_NOT_LETTERS: Final = re.compile(r"[^\w]|_")
_ASCII_ONLY: Final = re.compile(r"[\x00-\x7f]*")


def name_key(name: str) -> str:
    """What two spellings of one person's name have in common: names agree if and only if their keys are equal.

    Left out: case, blanks, signs (`@`, `'`, `.`, `-`), the words BIN, BINTI, BTE, B., BT., A/L, A/P, S/O, D/O, and accents. A name that
    consists of such words only is compared by all its letters, so that no name has an empty key unless it has no letter or digit.
    """
    folded = name.upper()
    if _ASCII_ONLY.fullmatch(folded) is None:
        folded = "".join(sign for sign in unicodedata.normalize("NFKD", name).upper() if not unicodedata.combining(sign))
    return _NOT_LETTERS.sub("", _PARTICLES.sub(" ", folded)) or _NOT_LETTERS.sub("", folded)
