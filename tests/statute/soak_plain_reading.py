"""The plain second reading of the facts against the rules, for 200,000 random persons, wages and elections.

`make soak ARGS="-k plain_reading"`. KWSP_SOAK_SEED repeats a run.
"""

import os
import random
import time
from collections import Counter

from contributions.facts import Elections, EmployeeFacts
from contributions.rules import schedule
from tests.statute import plain_reading
from tests.statute.test_plain_reading import by_the_rules

PEOPLE = 200_000
EXPLAINED_EVERY = 20


def test_a_plain_second_reading_agrees_on_200_000_people() -> None:
    seed = int(os.environ.get("KWSP_SOAK_SEED") or random.randrange(10**6))
    dice, answers, started = random.Random(seed), Counter[str](), time.monotonic()
    for number in range(PEOPLE):
        facts, elections = plain_reading.anybody(dice)

        found = by_the_rules(facts, elections)

        assert found == plain_reading.read(facts, elections), (seed, number, facts, elections)
        if number % EXPLAINED_EVERY == 0 and len(found.split()) == 3:
            assert _total_explained(facts, elections) == found.split()[1:], (seed, number, facts, elections)
        answers[found.split()[0]] += 1
    assert len(answers) > 2, answers
    print(f"seed {seed}: {PEOPLE:,} agree in {time.monotonic() - started:.0f} s: {dict(sorted(answers.items()))}")  # noqa: T201


def _total_explained(facts: EmployeeFacts, elections: Elections) -> list[str]:
    """The shares in which the explanation ends; nothing due is 0 and 0."""
    totals = [step.figures for step in schedule.explain(facts, elections) if step.code == "TOTAL"]
    return [figure.removesuffix(".00") for figure in (totals[0]["employer"], totals[0]["employee"])] if totals else ["0", "0"]
