"""On which line of a file each member stands first, of a file of any length.

Of a member one bit is kept, and number and line as plain numbers: 12 bytes. A dictionary with an object for each takes 80, and 20 more while it
grows: with a million rows, a third of all memory that reading them took.
"""

from array import array
from collections.abc import Iterator, Set
from itertools import compress
from typing import Final

_GROUP_BITS: Final = 10
_IN_GROUP: Final = (1 << _GROUP_BITS) - 1


class FirstLines:
    """Filled row by row, in the order of the file."""

    def __init__(self) -> None:
        # By the upper part of a member's number, who of a thousand neighbours came. Wider, a bit would cost more to set; narrower, the few members
        # that one employer has of a register of many millions would have a number to themselves.
        self._came: dict[int, int] = {}
        self._members, self._lines = array("q"), array("I")

    def add(self, member: int, line: int) -> bool:
        """Whether the member is new to the file; the line of one who came before is not kept."""
        group, bit = member >> _GROUP_BITS, 1 << (member & _IN_GROUP)
        came = self._came.get(group, 0)
        if came & bit:
            return False
        self._came[group] = came | bit
        self._members.append(member)
        self._lines.append(line)
        return True

    def of(self, members: Set[int]) -> dict[int, int]:
        """The first lines of some of them. All are looked through, which takes some 30 ms of a million: to be asked once for many."""
        wanted = bytes(map(members.__contains__, self._members))
        return dict(zip(compress(self._members, wanted), compress(self._lines, wanted), strict=True))

    def all(self) -> Iterator[tuple[int, int]]:
        """Every member with the first line, in the order of the file."""
        return zip(self._members, self._lines, strict=True)
