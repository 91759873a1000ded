"""Who stands in a file more than once: each such row says where the other is, of a list that somebody pasted twice as of one name."""

from collections.abc import Iterator

from contributions.borang_a import layout
from contributions.borang_a.checks import Checked, Entry
from contributions.borang_a.first_lines import FirstLines
from contributions.borang_a.problem import Code, Problem


class Twice:
    """Filled batch by batch: `see` each row in the order of the file, then `mark`. Half a million people may stand twice, so what an earlier row is
    told is kept as plain numbers too."""

    def __init__(self) -> None:
        self._first = FirstLines()
        self._came_before: list[tuple[Checked, Entry]] = []
        # By the line of the first row: that of the next with the same member, and the member's number.
        self._next = FirstLines()
        self._numbers: list[str] = []

    def see(self, checked: Checked) -> None:
        """Remember where a member stands, and the rows of those who came before."""
        member = checked.stands_for
        if member is not None and not self._first.add(member.member_id, checked.row.line):
            self._came_before.append((checked, member))

    def mark(self) -> None:
        """Add a problem to the rows of the batch whose member came before."""
        if not self._came_before:
            return
        lines = self._first.of({member.member_id for _checked, member in self._came_before})
        for checked, member in self._came_before:
            first = lines[member.member_id]
            checked.problems.append(_twice(member.number, first))
            if self._next.add(first, checked.row.line):
                self._numbers.append(member.number)
        self._came_before.clear()

    def first_rows(self) -> Iterator[tuple[int, Problem]]:
        """The lines of the first rows, which went by before anybody knew, each with the problem to add."""
        for (first, line), number in zip(self._next.all(), self._numbers, strict=True):
            yield first, _twice(number, line)


def _twice(member_number: str, other_line: int) -> Problem:
    return Problem(Code.MEMBER_TWICE, layout.MEMBER_NUMBER, member_number, detail={"line": str(other_line)})
