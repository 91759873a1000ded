"""Mutation testing of the rules, their numbers and rounding: no survivor without a written reason (`make soak ARGS="-k mutant"`).

docs/surviving-mutants.md holds the reasons. KWSP_MUTANTS begins the names of those that are tried (contributions/rules/bands).
"""

import os
import subprocess
import sys

from tests.controls.mutants import PROJECT

REASONS = PROJECT / "docs" / "surviving-mutants.md"


def test_every_mutant_that_survives_has_a_written_reason() -> None:
    command = [sys.executable, "-m", "tests.controls.mutation", "--only", os.environ.get("KWSP_MUTANTS", "")]
    reasons = {line.removeprefix("- ") for line in REASONS.read_text(encoding="utf-8").splitlines() if line.startswith("- ")}

    done = subprocess.run(command, cwd=PROJECT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    assert done.returncode in (0, 5), done.stdout[-3000:]  # 5: pytest counts no test of its own
    survivors = [line.removeprefix("SURVIVED ") for line in done.stdout.splitlines() if line.startswith("SURVIVED ")]
    tried = next(line for line in done.stdout.splitlines() if line.endswith(" mutants"))
    assert not tried.startswith("0 "), tried
    print(f"{tried}, {len(survivors)} survive, {len([name for name in survivors if name in reasons])} of them with a reason")  # noqa: T201
    assert [name for name in survivors if name not in reasons] == []
