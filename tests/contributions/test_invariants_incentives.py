"""Negative controls: damage planted on a half-yearly run of an incentive that each check must name."""

from datetime import date

import psycopg2
import pytest

from contributions.enums import IncentiveScheme
from contributions.models import EKasihSpan
from tests import factories
from tests.contributions.incentive_runs import AUGUST, FIRST, JULY, Officers, answer, content, credited, officers, pay, run, saver, send
from tests.contributions.test_incentive_runs import MARCH
from tests.contributions.test_invariants_payments import found
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


def _off(table: str, trigger: str) -> list[str]:
    return [f"ALTER TABLE contributions_{table} DISABLE TRIGGER {trigger}"]


def _on(table: str, trigger: str) -> list[str]:
    return [f"ALTER TABLE contributions_{table} ENABLE ALWAYS TRIGGER {trigger}"]


CLAIM, RUN = ("incentiveclaim", "incentive_claims_move"), ("incentiverun", "incentive_run_moves")


@pytest.fixture
def names() -> dict[str, int]:
    """Credited to one member; another run is paid for and waits."""
    people = officers()
    saver((1000, MARCH))
    first = credited(FIRST, people, on=JULY, received_on=AUGUST)
    waiting = _waiting(people)
    return {"run": first.pk, "claim": first.found.get().pk, "answer": first.answers.get().pk, "waiting": waiting}


def _waiting(people: Officers) -> int:
    member = factories.MemberFactory()
    factories.IncentiveRegistrationFactory(member=member, isuri=True)
    EKasihSpan.objects.create(member=member, first=date(2020, 1, 1))
    pay(member, 400, MARCH, kind="ISURI")
    made = run(scheme=IncentiveScheme.ISURI)
    send(made, people)
    answer(made, people, content(made, received_on=JULY), on=JULY)
    return made.found.get().pk


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a claim that is credited and was never posted": (
        [
            *_off(*CLAIM),
            *_off(*RUN),
            "UPDATE contributions_incentiveclaim SET state = 'CREDITED', account = 'PERSARAAN', credited_on = '2025-08-01' WHERE state = 'RECEIVED'",
            *_on(*CLAIM),
            *_on(*RUN),
        ],
        {
            ("incentive_claim_is_credited_once", "incentive claim {waiting} CREDITED"),
            ("government_clearing_is_received_claims", "government clearing"),
        },
    ),
    "a claim credited to another account than it says": (
        [*_off(*CLAIM), "UPDATE contributions_incentiveclaim SET account = 'EMAS' WHERE state = 'CREDITED'", *_on(*CLAIM)],
        {("incentive_went_to_its_member", "incentive claim {claim}")},
    ),
    "a run that says more than its claims": (
        [*_off(*RUN), "UPDATE contributions_incentiverun SET claimed = claimed + 1 WHERE state = 'CREDITED'", *_on(*RUN)],
        {("incentive_run_is_its_claims", "incentive run {run} CREDITED")},
    ),
    "an answer with another amount than was posted": (
        [
            *_off("claimanswer", "claim_answer_moves"),
            "UPDATE contributions_claimanswer SET received = received + 1 WHERE id = (SELECT min(id) FROM contributions_claimanswer)",
            *_on("claimanswer", "claim_answer_moves"),
        ],
        {("government_s_answer_is_posted_once", "answer {answer} TAKEN")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*damage)

    assert found() == {(name, what.format(**names)) for name, what in expected}


@pytest.mark.parametrize("column", ["run_id", "member_id"])
def test_nobody_at_all_moves_a_claim_to_another(names: dict[str, int], column: str) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation, match="incentive_claims_stay|expected them to stay"):
        plant(f"UPDATE contributions_incentiveclaim SET {column} = {column} + 1 WHERE id = {names['waiting']}")
