"""What a list says, whatever it is called and however it is written: the same people with the same figures, in any order, form or spacing, have
one digest."""

import hashlib
from collections.abc import Iterable
from typing import Final

from contributions.borang_a.values import Row

_BYTES: Final = 16
_ALL: Final = 1 << (8 * _BYTES)


class ContentDigest:
    """Taken row by row while a file goes by. The rows' own digests are added up, so that their order says nothing and a file of any length
    costs the same memory; against people who look for two lists with one digest it is no guard, and they would gain nothing."""

    def __init__(self) -> None:
        self._rows = self._sum = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Rows as the reader gives them, before the register is asked."""
        total, blake = self._sum, hashlib.blake2b
        for row in rows:
            self._rows += 1
            # `!s`: the same text of an amount, without asking it how it wants to be formatted.
            said = f"{row[1]}|{row[9] or row[2]}|{''.join(row[3].split()).upper()}|{row[4]!s}|{row[5]!s}|{row[6]!s}|{row[7]!s}"
            if row[8]:
                # What could not be read is part of what the file says: mended, it says something else.
                said += "".join(f"|{problem.code}{problem.column}{problem.found}" for problem in row[8])
            total += int.from_bytes(blake(said.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest(), "big")
        self._sum = total % _ALL

    def __str__(self) -> str:
        """As it is kept with a filing; empty of a file without rows."""
        return f"{self._rows}-{self._sum:032x}" if self._rows else ""


def of(rows: Iterable[Row]) -> str:
    """The digest of all rows of a file."""
    digest = ContentDigest()
    digest.add(rows)
    return str(digest)
