"""Where each member of a file stands first, and who stands there twice: what dictionaries would say, in a seventh of their memory."""

import tracemalloc
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from contributions.borang_a.checks import Checked, Entry
from contributions.borang_a.first_lines import FirstLines
from contributions.borang_a.twice import Twice
from contributions.borang_a.values import Row
from contributions.facts import NO_ELECTIONS

MANY = 100_000


def test_it_says_what_a_dictionary_says() -> None:
    chance = Random(13)
    members = [chance.choice((chance.randrange(3_000), chance.randrange(2**40), 2**63 - 1 - chance.randrange(2_000))) for _ in range(20_000)]
    first: dict[int, int] = {}
    lines = FirstLines()

    new = [lines.add(member, line) for line, member in enumerate(members, start=2)]

    expected = [member not in first and first.setdefault(member, line) == line for line, member in enumerate(members, start=2)]
    assert new == expected
    assert 1_000 < new.count(False) < 19_000
    assert lines.of(set(members)) == first
    assert lines.of({members[0], members[7], 2**50}) == {members[0]: first[members[0]], members[7]: first[members[7]]}
    assert lines.of(set()) == {}


@pytest.mark.parametrize(("of", "most"), [(MANY, 16), (16 * MANY, 20), (200 * MANY, 70)], ids=["all", "one in sixteen", "one in two hundred"])
def test_a_member_takes_few_bytes_however_they_lie_in_the_register(of: int, most: int) -> None:
    """The peak while it grows; that of a dictionary is 103."""
    members = Random(13).sample(range(10**7, 10**7 + of), MANY)
    lines = FirstLines()
    tracemalloc.start()
    try:
        for line, member in enumerate(members, start=2):
            lines.add(member, line)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak / MANY < most


def _batch(lines: range, people: int) -> list[Checked]:
    """Rows of so many people, again and again from the first."""
    made = []
    for line in lines:
        member = (line - lines.start) % people
        number, born = f"{10**7 + member}", date(1990, 1, 1)
        entry = Entry(member, number, "900101140001", "LIM", "LIM", born, born, None, "CITIZEN", domestic=False)
        made.append(Checked(Row(line, number, "900101140001", "LIM", *[Decimal(0)] * 4, []), entry, entry, None, NO_ELECTIONS, []))
    return made


def test_a_list_that_was_pasted_twice_takes_little_more_memory_than_one_that_was_not() -> None:
    people = 20_000
    batch, again = _batch(range(2, 2 + people), people), _batch(range(2 + people, 2 + 2 * people), people)
    twice = Twice()
    tracemalloc.start()
    try:
        for some in (batch, again):
            for start in range(0, people, 1_000):
                for checked in some[start : start + 1_000]:
                    twice.see(checked)
                twice.mark()
                for checked in some[start : start + 1_000]:
                    checked.problems.clear()  # as they go to the table and are let go of
        told = sum(problem.detail["line"] == str(line + people) for line, problem in twice.first_rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert told == people
    assert peak / people < 150, "a problem for each of them took 490"
