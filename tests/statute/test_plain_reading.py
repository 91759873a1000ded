"""The rules against a plain second reading of the facts (plain_reading.py): everybody, every month, every election."""

from random import Random

from contributions.facts import Elections, EmployeeFacts
from contributions.rules import schedule
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from tests.statute import plain_reading

SEED = 20080201
PEOPLE = 6_000


def by_the_rules(facts: EmployeeFacts, elections: Elections) -> str:
    """What the portal answers, in the words of the plain reading."""
    try:
        found = schedule.shares(facts, elections)
    except Refusal as refusal:
        return refusal.code
    except NotInForce:
        return "NOT_IN_FORCE"
    return f"{found.part} {found.employer:.0f} {found.employee:.0f}"


def test_a_plain_second_reading_of_the_facts_agrees() -> None:
    """Drawn by an ordinary seeded generator: a hundred times as many cases a second as hypothesis, and the same ones every time."""
    dice = Random(SEED)
    answers = set()
    for _ in range(PEOPLE):
        facts, elections = plain_reading.anybody(dice)

        found = by_the_rules(facts, elections)

        assert found == plain_reading.read(facts, elections), (facts, elections)
        answers.add(found.split()[0])
    assert answers == {*"ABCDEF", "ABOVE_CONTRIBUTION_AGE", "MAY_CHOOSE", "DOMESTIC_EXCLUDED", "EXCESS_TOO_HIGH"}
