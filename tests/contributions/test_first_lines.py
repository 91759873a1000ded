"""Where each member of a file stands first: what a dictionary would say, in a seventh of its memory."""

import tracemalloc
from random import Random

import pytest

from contributions.borang_a.first_lines import FirstLines

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
