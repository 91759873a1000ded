"""Pengeluaran Khas (seed 004): each case of data/khas_2022.csv, its refusals as a set; what is true of every amount; what would be there at 55."""

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from withdrawals import explanations, kinds
from withdrawals.enums import Channel, KindCode, Payee, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import khas_2022
from withdrawals.rules import khas

CASES = list(csv.DictReader((Path(__file__).parent / "data" / "khas_2022.csv").open(encoding="utf-8")))
ON = date(2022, 4, 10)


def _earlier(kind: KindCode, state: State) -> dict[str, Any]:
    taken = Decimal(0) if state is State.REFUSED else Decimal(100)
    return {"earlier": (Earlier(kind=kind, state=state, applied_on=date(2022, 4, 2), asked=Decimal(100), taken=taken),)}


PERSONS: Mapping[str, dict[str, Any]] = {
    "": {},
    "NON_CITIZEN": {"citizenship": Citizenship.NON_CITIZEN},
    "PERMANENT_RESIDENT": {"citizenship": Citizenship.PERMANENT_RESIDENT},
    "NO_ACCOUNT": {"account_verified": False},
    "CANNOT_OPEN": {"account_verified": False, "particulars": {"no_account": True}},
    "BANKRUPT": {"bankrupt": True},
    "COUNTER": {"channel": Channel.COUNTER},
    "POST": {"channel": Channel.POST},
    "APPLIED": _earlier(KindCode.KHAS_2022, State.SUBMITTED),
    "WAS_REFUSED": _earlier(KindCode.KHAS_2022, State.REFUSED),
    "OTHER_KIND": _earlier(KindCode.HOUSE_BUY, State.SUBMITTED),
    "DIED": {"died_on": date(2022, 4, 1)},
}


def somebody(**given: Any) -> Facts:
    plain: dict[str, Any] = {
        "kind": KindCode.KHAS_2022,
        "on": ON,
        "channel": Channel.ONLINE,
        "birth_date": date(1990, 1, 15),
        "citizenship": Citizenship.CITIZEN,
        "identity_kind": IdentityKind.MYKAD,
        "religion": Religion.UNKNOWN,
        "member_since": date(2010, 1, 1),
        "balances": {SubAccount.PERSARAAN: Decimal(5000), SubAccount.SEJAHTERA: Decimal(3000)},
    }
    return Facts(**{**plain, **given})


def _of(case: Mapping[str, str]) -> Facts:
    applied = date.fromisoformat(case["applied"])
    processed = date.fromisoformat(case["processed"]) if case["processed"] else None
    accounts = (SubAccount.PERSARAAN, SubAccount.SEJAHTERA)
    return somebody(
        birth_date=date.fromisoformat(case["born"]),
        on=processed or applied,
        applied_on=applied if processed else None,
        balances={code: Decimal(case[f"akaun_{number}"]) for number, code in enumerate(accounts, 1)},
        held={code: Decimal(case[f"held_{number}"]) for number, code in enumerate(accounts, 1)},
        asked=Decimal(case["asked"]),
        **PERSONS[case["person"]],
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_of_the_table(case: dict[str, str]) -> None:
    found = kinds.evaluate(_of(case))

    assert {refusal.code for refusal in found.refusals} == set(case["refusals"].split())
    assert found.most == Decimal(case["most"])
    words = case["charges"].split()
    assert [(charge.account.value, f"{charge.amount:.2f}") for charge in found.charges] == list(zip(words[::2], words[1::2], strict=True))


def test_a_member_reads_every_reason_at_once_with_what_would_change_it() -> None:
    facts = somebody(
        account_verified=False, asked=Decimal(49), balances={SubAccount.PERSARAAN: Decimal(100)}, **_earlier(KindCode.KHAS_2022, State.PAID)
    )

    found = kinds.evaluate(facts)

    assert {refusal.code for refusal in found.refusals} == {"KHAS_SAVINGS", "ONCE", "NO_ACCOUNT", "NOTHING"}
    for language in ("ms", "en"):
        with translation.override(language):
            assert all(reason.words for reason in explanations.reasons(found.refusals))


def test_before_the_window_it_says_when_it_opens_and_after_it_that_it_does_not() -> None:
    before, after = (kinds.evaluate(somebody(on=day)).refusals[0] for day in (date(2022, 3, 31), date(2022, 5, 1)))

    assert before.details["until"] == "2022-04-01"
    assert "until" not in after.details


def test_a_payment_order_is_for_who_can_have_no_account_and_for_a_bankrupt() -> None:
    payees = khas_2022.KIND.payees

    assert list(payees(somebody())) == [Payee.ACCOUNT]
    assert list(payees(somebody(particulars={"no_account": True}))) == [Payee.ACCOUNT], "who has an account is paid to it"
    assert list(payees(somebody(**PERSONS["CANNOT_OPEN"]))) == [Payee.PAYMENT_ORDER]
    assert list(payees(somebody(bankrupt=True))) == [Payee.PAYMENT_ORDER]


def test_it_is_decided_by_rule_held_at_its_decision_and_never_cancelled_or_paid_in_parts() -> None:
    kind, facts = khas_2022.KIND, somebody()

    assert kind.straight(facts)
    assert not kind.holds(facts)
    assert not kind.cancellable
    assert not kind.changeable
    assert not kind.recurring(facts)
    assert kind.decided_from(facts) == date(2022, 4, 20)
    assert list(kind.documents(facts)) == []


@given(
    first=st.decimals(0, 50_000, places=2),
    second=st.decimals(0, 50_000, places=2),
    asked=st.decimals(50, 10_000, places=2),
)
def test_never_below_rm100_in_akaun_1_never_above_the_cap_and_the_parts_are_the_whole(first: Decimal, second: Decimal, asked: Decimal) -> None:
    facts = somebody(on=date(2022, 4, 20), applied_on=ON, asked=asked, balances={SubAccount.PERSARAAN: first, SubAccount.SEJAHTERA: second})

    found = kinds.evaluate(facts)
    taken = {charge.account: charge.amount for charge in found.charges}

    assert found.most <= 10_000
    assert sum(taken.values()) in (0, min(asked, found.most))
    assert first - taken.get(SubAccount.PERSARAAN, Decimal(0)) >= min(first, Decimal(100))
    assert taken.get(SubAccount.SEJAHTERA, Decimal(0)) <= second
    if SubAccount.PERSARAAN in taken:
        assert taken.get(SubAccount.SEJAHTERA, Decimal(0)) == second, "Akaun 2 first"
    if first + second >= 150:
        assert found.most >= 50, "who has RM150 can always take the least (facts Q18)"


@pytest.mark.parametrize(
    ("amount", "years", "dividend", "at_55"),
    [
        ("10000", 0, "0.05", "10000.00"),
        ("10000", 1, "0.05", "10500.00"),
        ("10000", 4, "0.05", "12155.06"),
        ("10000", 25, "0.05", "33863.55"),
        ("50", 1, "0.0535", "52.68"),
        ("10000", 25, "0", "10000.00"),
    ],
)
def test_what_would_be_there_at_55(amount: str, years: int, dividend: str, at_55: str) -> None:
    assert khas.at_55(amount=Decimal(amount), years=years, dividend=Decimal(dividend)) == Decimal(at_55)


@pytest.mark.parametrize("given", [{"amount": Decimal(-1)}, {"years": -1}, {"dividend": Decimal("-0.01")}])
def test_nothing_below_zero_is_reckoned(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="below zero"):
        khas.at_55(**{"amount": Decimal(1), "years": 1, "dividend": Decimal(0), **given})


def test_only_akaun_1_and_akaun_2_are_ever_used() -> None:
    """Seed 004: Akaun Emas cannot be used for it; below 55 there is none."""
    emas = somebody(balances={SubAccount.EMAS: Decimal(5000)}, asked=Decimal(100))

    assert kinds.evaluate(emas).most == 0
    assert list(kinds.accounts_of(khas_2022.KIND, somebody())) == [SubAccount.SEJAHTERA, SubAccount.PERSARAAN]


def test_55_between_application_and_processing_is_still_paid_from_where_the_money_stands() -> None:
    """Ruling 26: handed in at 54, processed at 55, from Akaun 55; as much stays as would have stayed."""
    facts = somebody(
        birth_date=date(1967, 4, 15),
        on=date(2022, 4, 20),
        applied_on=ON,
        asked=Decimal(7900),
        balances={SubAccount.AKAUN_55: Decimal(8000)},
    )

    found = kinds.evaluate(facts)

    assert found.refusals == ()
    assert [(charge.account, charge.amount) for charge in found.charges] == [(SubAccount.AKAUN_55, Decimal(7900))]
