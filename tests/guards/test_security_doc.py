"""docs/security.md: each row once, and nothing cited that is not there."""

import ast
import re
from pathlib import Path

from django.conf import settings

PROJECT = Path(settings.BASE_DIR)
PAGE = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
ASKED = [
    "1.2.1",
    "1.2.4",
    "1.2.10",
    "1.5.1",
    "1.5.2",
    "2.2.1",
    "2.2.3",
    "2.3.1",
    "2.3.3",
    "2.3.4",
    "2.3.5",
    "2.4.1",
    "3.2.1",
    "3.3.1",
    "3.3.4",
    "3.4.1",
    "3.4.3",
    "3.5.1",
    "3.5.3",
    "4.1.5",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "5.3.2",
    "5.4.1",
    "6.2.1",
    "6.2.4",
    "6.3.1",
    "6.3.3",
    "6.3.4",
    "6.3.8",
    "6.4.1",
    "6.4.3",
    "6.4.6",
    "6.5.1",
    "6.5.2",
    "6.5.5",
    "6.6.1",
    "6.6.2",
    "6.6.3",
    "7.2.4",
    "7.4.1",
    "7.4.3",
    "7.5.1",
    "8.2.1",
    "8.2.2",
    "8.2.3",
    "8.4.1",
    "11.3.2",
    "11.4.2",
    "13.2.2",
    "14.2.6",
    "14.3.2",
    "15.2.1",
    "15.3.3",
    "15.4.2",
    "16.2.5",
    "16.3.2",
    "16.4.2",
    "16.5.3",
]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
CITED = re.findall(r"`((?:tests|kwsp_portal|docs)/[\w./-]+|[\w.-]+\.(?:toml|lock))(?:::(\w+))?`", PAGE)


def test_each_of_the_sixty_rows_is_there_once() -> None:
    assert len(ASKED) == 60
    assert [row[0] for row in ROWS] == ASKED


def test_every_row_is_shown_by_something_or_says_that_it_is_open() -> None:
    assert [row[0] for row in ROWS if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in ROWS if "`" not in row[3] and "**open**" not in row[3]] == []


def test_what_is_cited_exists() -> None:
    assert len(CITED) > 80
    missing = [path for path, _ in CITED if not (PROJECT / path).is_file()]
    assert missing == []
    unknown = [f"{path}::{test}" for path, test in CITED if test and test not in _tests(PROJECT / path)]
    assert unknown == []


def _tests(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}
