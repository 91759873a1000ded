"""What holds of every withdrawal, whatever the member and the amounts: never above the accounts, never below zero, parts sum, shared caps hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwsp_portal.common import money
from members.enums import SubAccount
from members.rules import age
from tests.statute import test_khas, withdrawal_cases
from withdrawals import kinds
from withdrawals.enums import KindCode, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import age_55, house_instalment
from withdrawals.rules import housing, monthly

TABLED = tuple(withdrawal_cases.PEOPLE)
SEN = st.integers(0, 20_000_000).map(money.from_sen)
RINGGIT = st.integers(1, 3_000).map(Decimal)
DAYS = st.dates(date(2017, 1, 1), date(2030, 12, 31))
KHAS_DAYS = st.dates(date(2022, 3, 25), date(2022, 5, 10))
CHANCE = st.integers(0, 100)


@st.composite
def members(draw: st.DrawFn, kind: KindCode) -> Facts:
    """Somebody with money on some accounts, part of it held, who asks for an amount of a kind or only what they could take."""
    khas = kind is KindCode.KHAS_2022
    facts = test_khas.somebody() if khas else withdrawal_cases.facts(kind)
    on = draw(KHAS_DAYS if khas else DAYS)
    balances = {account: draw(SEN) for account in SubAccount if draw(st.booleans())}
    applied_on = draw(st.sampled_from([None, on, on - timedelta(days=12 if khas else 40)]))
    # What others hold gives way to a Khas when it is decided (ruling 25a): at its application nothing counts as held.
    holding = not khas or applied_on is not None
    held = {account: money.down_to_sen(amount * draw(CHANCE) / 100) for account, amount in balances.items() if holding}
    return replace(
        facts,
        on=on,
        applied_on=applied_on,
        birth_date=draw(st.dates(date(1950, 1, 1), date(2005, 1, 1))),
        balances=balances,
        held=held,
        asked=draw(st.one_of(st.none(), SEN)),
    )


@pytest.mark.parametrize("kind", KindCode)
@given(data=st.data())
@settings(max_examples=60)
def test_never_above_the_accounts_never_below_zero_and_the_parts_sum(kind: KindCode, data: st.DataObject) -> None:
    facts = data.draw(members(kind))
    found = kinds.evaluate(facts)
    accounts = kinds.accounts_of(kinds.OF[facts.kind], facts) if not any(one.code == "NOT_OPEN" for one in found.refusals) else ()
    # Drawn on the accounts of before though somebody is 55: an estimate, refused for the age, reads them where they are.
    there = {*accounts, *(kinds.OF[facts.kind].accounts(facts.asked_on) if accounts and facts.applied_on is None else ())}
    together = sum((facts.free(account) for account in there), money.ZERO)

    assert money.ZERO <= found.most <= together
    assert all(money.ZERO < part.amount <= facts.free(part.account) for part in found.charges)
    assert len({part.account for part in found.charges}) == len(found.charges)
    if found.refusals:
        assert found.charges == ()
    else:
        assert sum(part.amount for part in found.charges) == (found.most if facts.asked is None else min(facts.asked, found.most))
        assert found.most >= found.least
        assert facts.asked is None or facts.asked >= found.least
        assert facts.asked is None or facts.applied_on is not None or facts.asked <= found.most


@pytest.mark.parametrize("kind", KindCode)
@given(data=st.data())
@settings(max_examples=60)
def test_the_same_facts_have_the_same_answer_and_time_mends_what_it_says(kind: KindCode, data: st.DataObject) -> None:
    facts = data.draw(members(kind))
    found = kinds.evaluate(facts)

    assert kinds.evaluate(facts) == found
    for refusal in found.refusals:
        if "until" in refusal.details and facts.applied_on is None:
            until = date.fromisoformat(refusal.details["until"])
            assert until > facts.on
            assert refusal.code not in {one.code for one in kinds.evaluate(replace(facts, on=until)).refusals}
            assert refusal.code in {one.code for one in kinds.evaluate(replace(facts, on=until - timedelta(days=1))).refusals} or (
                refusal.code in ("NOT_OPEN", "ONCE_A_DAY")
            )


@given(
    price=st.integers(1, 90_000_000).map(money.from_sen),
    loan=CHANCE,
    purses=st.lists(st.integers(50_000, 9_000_000).map(money.from_sen), min_size=2, max_size=5),
    shares=st.lists(CHANCE, min_size=5, max_size=5),
)
@settings(max_examples=200)
def test_joint_buyers_never_take_more_than_the_cap_in_whatever_order(price: Decimal, loan: int, purses: list[Decimal], shares: list[int]) -> None:
    borrowed = money.down_to_sen(price * loan / 100)
    cap = housing.cap(price=price, loan=borrowed, addition=Decimal("0.10"))
    answers = {**withdrawal_cases.PEOPLE[KindCode.HOUSE_BUY]["answers"], "price": f"{price:.2f}", "loan": f"{borrowed:.2f}"}
    taken: list[Earlier] = []
    for purse, share in zip(purses, shares, strict=False):
        facts = replace(
            withdrawal_cases.facts(KindCode.HOUSE_BUY),
            balances={SubAccount.SEJAHTERA: purse},
            particulars=answers,
            earlier=tuple(taken),
        )
        most = kinds.evaluate(facts).most
        asked = money.down_to_sen(most * share / 100)
        found = kinds.evaluate(replace(facts, asked=asked))
        if not found.refusals:
            taken.append(_of_another(facts, asked))
        assert kinds.evaluate(replace(facts, asked=most + money.SEN)).refusals
    assert sum((one.taken for one in taken), money.ZERO) <= cap


@given(
    instalment=RINGGIT,
    wishes=st.lists(RINGGIT, min_size=2, max_size=5),
)
@settings(max_examples=200)
def test_joint_instalments_never_come_to_more_than_the_loans(instalment: Decimal, wishes: list[Decimal]) -> None:
    taken: list[Earlier] = []
    for wish in wishes:
        facts = withdrawal_cases.facts(KindCode.HOUSE_INSTALMENT)
        answers = {**facts.particulars, "instalment": f"{instalment:.2f}", "monthly": f"{wish:.2f}", "months": 6}
        facts = replace(facts, particulars=answers, earlier=tuple(taken), asked=wish * 6)
        if not kinds.evaluate(facts).refusals:
            shared = {name: answers[name] for name in kinds.OF[facts.kind].shared if name in answers}
            taken.append(replace(_of_another(facts, wish * 6), state=State.ACTIVE, particulars=shared))
    assert sum((Decimal(one.particulars["monthly"]) for one in taken), money.ZERO) <= instalment


def _of_another(facts: Facts, amount: Decimal) -> Earlier:
    """What the next applicant's facts hold of this one."""
    subject = kinds.OF[facts.kind].subject(facts.particulars)
    return Earlier(
        kind=facts.kind, state=State.SUBMITTED, applied_on=facts.on, asked=amount, taken=amount, subject=subject, own=False, particulars={}
    )


@given(total=st.integers(1, 9_000_000).map(money.from_sen), part=st.integers(10_000, 900_000).map(money.from_sen), start=DAYS)
@settings(max_examples=200)
def test_payments_sum_to_the_total_one_a_month(total: Decimal, part: Decimal, start: date) -> None:
    planned = list(monthly.payments(total, part, start, 25))

    assert sum(amount for _, amount in planned) == total
    assert all(money.ZERO < amount <= part for _, amount in planned)
    assert [day for day, _ in planned] == [age.months_later(planned[0][0], number) for number in range(len(planned))]
    assert all(day.day == 25 for day, _ in planned)
    assert start <= planned[0][0] <= age.months_later(start, 1)
    assert monthly.count(start, planned[-1][0], 25) == len(planned)
    assert monthly.count(start, planned[-1][0] - timedelta(days=1), 25) == len(planned) - 1


@given(
    born=st.dates(date(1966, 1, 1), date(1990, 1, 1)), later=st.integers(0, 90), part=st.integers(100, 900).map(Decimal), months=st.integers(6, 60)
)
@settings(max_examples=200)
def test_an_instalment_plan_ends_before_55_and_pays_what_is_approved(born: date, later: int, part: Decimal, months: int) -> None:
    facts = withdrawal_cases.facts(KindCode.HOUSE_INSTALMENT)
    answers = {**facts.particulars, "monthly": f"{part:.2f}", "months": months}
    facts = replace(facts, birth_date=born, particulars=answers, asked=part * months, balances={SubAccount.SEJAHTERA: Decimal(90_000)})
    if kinds.evaluate(facts).refusals:
        return
    decided = replace(facts, applied_on=facts.on, on=facts.on + timedelta(days=later))
    if age.birthday(born, 55) <= decided.on or kinds.evaluate(decided).refusals:
        return
    approved = min(facts.asked or money.ZERO, kinds.evaluate(decided).most)
    planned = house_instalment.schedule(decided, approved, decided.on)

    assert sum(amount for _, amount in planned) == approved
    assert planned[-1][0] < age.birthday(born, 55)
    assert planned[-1][0] <= date.fromisoformat(answers["loan_ends_on"])


@given(first=st.integers(1, 900_000).map(money.from_sen), part=st.integers(100, 900).map(Decimal), months=st.integers(12, 120), start=DAYS)
@settings(max_examples=100)
def test_a_part_and_months_sum_to_what_is_approved(first: Decimal, part: Decimal, months: int, start: date) -> None:
    facts = withdrawal_cases.facts(KindCode.AGE_55)
    answers = {"mode": "PART_AND_MONTHLY", "part": f"{first:.2f}", "monthly": f"{part:.2f}", "months": months}
    facts = replace(facts, particulars=answers)
    for approved in (first + part * months, first + part, first, first - money.SEN or money.SEN):
        planned = age_55.schedule(facts, approved, start)

        assert sum(amount for _, amount in planned) == approved
        assert planned[0] == (start, min(first, approved))
        assert len(planned) <= months + 1


@pytest.mark.parametrize("kind", TABLED)
def test_an_estimate_before_anything_is_said_refuses_a_member_who_may_for_nothing(kind: KindCode) -> None:
    found = kinds.evaluate(replace(withdrawal_cases.facts(kind), particulars={}))

    assert found.refusals == ()
    assert found.most > money.ZERO
    assert sum(part.amount for part in found.charges) == found.most


@given(owed=st.integers(100, 5_000_000).map(money.from_sen), wishes=st.lists(st.tuples(CHANCE, st.booleans()), min_size=2, max_size=6))
@settings(max_examples=200)
def test_a_loan_is_paid_back_once_by_however_many_and_to_the_last_sen(owed: Decimal, wishes: list[tuple[int, bool]]) -> None:
    """Each tells the balance of the day, which what was paid before has made smaller; what is on its way has not yet."""
    answers = {**withdrawal_cases.PEOPLE[KindCode.EDUCATION]["answers"], "who": "CHILD", "student_id": "050101101234", "purpose": "LOAN"}
    taken: list[Earlier] = []
    for share, pays in [*wishes, (100, True)]:
        balance = owed - sum((one.paid for one in taken), money.ZERO)
        facts = withdrawal_cases.facts(KindCode.EDUCATION)
        told = {**answers, "loan_balance": f"{balance:.2f}"}
        facts = replace(facts, particulars=told, earlier=tuple(taken), balances={SubAccount.SEJAHTERA: owed * 2})
        most = kinds.evaluate(facts).most
        assert most == owed - sum((one.taken for one in taken), money.ZERO)
        asked = money.down_to_sen(most * share / 100)
        if asked > money.ZERO:
            state = State.PAID if pays else State.PAYING
            taken.append(replace(_of_another(facts, asked), state=state, paid=asked if pays else money.ZERO))
    assert sum((one.taken for one in taken), money.ZERO) == owed


@given(owed=st.integers(700_000, 9_000_000).map(money.from_sen), approved=CHANCE, paid=CHANCE)
@settings(max_examples=200)
def test_a_running_joint_plan_and_the_next_never_pay_more_than_was_owed(owed: Decimal, approved: int, paid: int) -> None:
    """The statement's balance is less what the bank has paid of the other's plan; the rest of that plan is still to come off it."""
    taken = money.down_to_sen(owed * approved / 100)
    gone = money.down_to_sen(taken * paid / 100)
    facts = withdrawal_cases.facts(KindCode.HOUSE_INSTALMENT)
    answers = {**facts.particulars, "balance": f"{owed - gone:.2f}"}
    facts = replace(facts, particulars=answers, balances={SubAccount.SEJAHTERA: owed * 2})
    other = replace(_of_another(facts, taken), state=State.ACTIVE, paid=gone)
    most = kinds.evaluate(replace(facts, earlier=(other,))).most
    share = kinds.evaluate(facts).most  # alone, its months are all that bounds it beside the balance

    assert most == min(owed - taken, share)
