"""Each control can still be planted, and stands in the table with the test that caught it."""

from collections import Counter

import pytest

from tests.controls.planting import DOCUMENT, PROJECT, Planted, all_planted

PLANTED = all_planted()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.bug)
def test_the_text_to_be_changed_stands_once_in_its_file(planted: Planted) -> None:
    """If this fails because the code was rewritten: find the place where the bug would now be made, and change planted.yaml."""
    assert planted.times(PROJECT) == 1
    assert planted.new != planted.old
    assert [suite for suite in planted.suites if not (PROJECT / suite.partition("::")[0]).is_file()] == []


def test_every_control_has_its_row_in_the_table() -> None:
    """Rows are written by `KWSP_WRITE_DOCS=1 make soak ARGS="-k planted_bug"`."""
    rows = [line for line in (PROJECT / DOCUMENT).read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line]
    names = [line.split(" | ")[0].removeprefix("| ") for line in rows]

    assert Counter(names) == Counter(planted.bug for planted in PLANTED)
    assert [line for line in rows if "::test_" not in line] == []
