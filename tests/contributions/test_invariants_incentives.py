"""Negative controls: damage planted on a half-yearly run of an incentive that each check must name."""

from datetime import date

import psycopg2
import pytest
from django.db import connection

from contributions.enums import IncentiveScheme
from contributions.models import EKasihSpan
from tests import factories
from tests.conftest import owner_connection
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


def _as_owner(*statements: str) -> None:
    """With the guards on, which `plant` would leave off where a statement is refused."""
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("column", ["id", "run_id", "member_id"])
def test_nobody_at_all_moves_a_claim_to_another(names: dict[str, int], column: str) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation, match="expected them to stay"):
        _as_owner(f"UPDATE contributions_incentiveclaim SET {column} = {column} + 1000 WHERE id = {names['waiting']}")


CREDIT = "UPDATE contributions_incentiveclaim SET state = 'CREDITED', account = 'PERSARAAN', credited_on = '{day}' WHERE id = {waiting}"


def test_nobody_at_all_takes_a_claim_to_a_state_that_does_not_come_next(names: dict[str, int]) -> None:
    """Backwards, before its day, in place, after its run is done; an appeal is not written over."""

    def refused(statement: str) -> None:
        with pytest.raises(psycopg2.errors.CheckViolation, match="expected the next one"):
            _as_owner(statement)

    refused(f"UPDATE contributions_incentiveclaim SET state = 'RECEIVED', account = '', credited_on = NULL WHERE id = {names['claim']}")
    refused(f"UPDATE contributions_incentiveclaim SET account = 'EMAS' WHERE id = {names['claim']}")
    refused(CREDIT.format(day="2025-01-01", **names))
    of_run = f"(SELECT run_id FROM contributions_incentiveclaim WHERE id = {names['waiting']})"
    done = f"UPDATE contributions_incentiverun SET state = '%s', credited_on = %s WHERE id = {of_run}"
    _as_owner(*_off(*RUN), done % ("CREDITED", "credits_from"), *_on(*RUN))
    refused(CREDIT.format(day="2026-12-01", **names))
    _as_owner(*_off(*RUN), done % ("RECEIVED", "NULL"), *_on(*RUN))
    appealed = f"""UPDATE contributions_incentiveclaim SET state = 'REFUSED', reason = 'R', appeal = 'A', appealed_on = '2025-08-02',
        appealed_by_id = (SELECT min(id) FROM identity_user) WHERE id = {names["waiting"]}"""
    refused(appealed)
    _as_owner(*_off(*CLAIM), appealed, *_on(*CLAIM))
    refused(f"UPDATE contributions_incentiveclaim SET appeal = 'B' WHERE id = {names['waiting']}")


def test_of_claims_that_move_together_each_is_looked_at() -> None:
    """Thousands that move alike are judged by column: one of another state, day, member or run among them is found."""
    people = officers()
    for _each in range(3):
        saver((1000, MARCH))
    made = run()
    send(made, people)
    answer(made, people, content(made, received_on=JULY), on=JULY)
    one, two, three = made.found.order_by("pk").values_list("pk", flat=True)
    credit = "UPDATE contributions_incentiveclaim SET state = 'CREDITED', account = 'PERSARAAN', credited_on = DATE '2025-08-01'"

    def refused(statement: str, match: str) -> None:
        with pytest.raises(psycopg2.errors.CheckViolation, match=match):
            _as_owner(statement)

    refused(f"{credit} - CASE id WHEN {two} THEN 1 ELSE 0 END", "expected the next one")
    refused(f"{credit}, member_id = CASE id WHEN {two} THEN member_id + 1000 ELSE member_id END", "expected them to stay")
    refused(f"{credit}, run_id = CASE id WHEN {three} THEN run_id + 1000 ELSE run_id END", "expected them to stay")
    refused(f"{credit}, run_id = run_id + 1000", "expected them to stay")
    refused(f"{credit}, id = id + 1000", "expected them to stay")
    _as_owner(f"{credit} WHERE id = {one}")
    refused(f"{credit} + 1", "expected the next one")
    _as_owner(f"{credit} WHERE id <> {one}")
    assert set(made.found.values_list("state", flat=True)) == {"CREDITED"}
