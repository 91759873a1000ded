"""No number of law stands in the register without a rule that asks for it."""

import subprocess
import sys
from pathlib import Path

from kwsp_portal.common import rates


def test_every_value_of_the_register_is_asked_for_by_a_rule() -> None:
    project = Path(__file__).resolve().parents[2]
    asked = subprocess.run([sys.executable, "-m", "tests.statute.asking"], cwd=project, capture_output=True, text=True, check=True, timeout=60)
    found = set(asked.stdout.split())
    values = {f"{line.law.name}/{line.rate.name}@{line.value.start}" for line in rates.register() if line.value.value is not None}

    assert found <= values
    assert values - found == set()
