"""How a credit is divided: the law of the crediting date, 55 and 75, and parts that add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwsp_portal.common import money, rates
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import SubAccount
from members.rules import allocation

YOUNG = date(1990, 1, 15)


def _split(amount: str, credited_on: str, born: date = YOUNG) -> dict[str, str]:
    found = allocation.split_credit(amount=Decimal(amount), birth_date=born, credited_on=date.fromisoformat(credited_on))
    return {account.value: str(part) for account, part in found.parts.items()}


@pytest.mark.parametrize("credited_on", ["2017-01-01", "2022-04-10", "2024-05-10"])
def test_seventy_thirty_to_10_may_2024(credited_on: str) -> None:
    assert _split("1449.00", credited_on) == {"PERSARAAN": "1014.30", "SEJAHTERA": "434.70"}


@pytest.mark.parametrize("credited_on", ["2024-05-11", "2026-11-16"])
def test_seventyfive_fifteen_ten_from_11_may_2024(credited_on: str) -> None:
    assert _split("1449.00", credited_on) == {"PERSARAAN": "1086.75", "SEJAHTERA": "217.35", "FLEKSIBEL": "144.90"}


def test_the_reference_names_the_split_in_force() -> None:
    before = allocation.split_credit(amount=Decimal(1), birth_date=YOUNG, credited_on=date(2024, 5, 10))

    assert before.reference == "account_split@2017-01-01"
    assert allocation.reference(date(2024, 5, 11)) == "account_split@2024-05-11"


def test_the_sen_that_remain_go_to_persaraan_and_the_explanation_says_so() -> None:
    found = allocation.split_credit(amount=Decimal("0.99"), birth_date=YOUNG, credited_on=date(2026, 1, 1))

    assert {account.value: str(part) for account, part in found.parts.items()} == {"PERSARAAN": "0.76", "SEJAHTERA": "0.14", "FLEKSIBEL": "0.09"}
    remainder = found.steps[-1]
    assert (remainder.code, remainder.figures["remainder"]) == ("SPLIT_REMAINDER", "0.02")
    assert remainder.assumed == "account_split/remainder_to@2007-01-02"


def test_no_remainder_is_spoken_of_where_there_is_none() -> None:
    found = allocation.split_credit(amount=Decimal(1449), birth_date=YOUNG, credited_on=date(2026, 1, 1))

    assert [step.code for step in found.steps] == ["SPLIT_BELOW_55", "SPLIT_PART", "SPLIT_PART", "SPLIT_PART"]


@pytest.mark.parametrize(
    ("born", "credited_on", "emas"),
    [
        (date(1971, 5, 11), "2026-05-10", False),
        (date(1971, 5, 11), "2026-05-11", True),  # the start of the birthday
        (date(1968, 2, 29), "2023-02-28", False),
        (date(1968, 2, 29), "2023-03-01", True),
    ],
)
def test_all_goes_to_emas_from_the_55th_birthday(born: date, credited_on: str, emas: bool) -> None:
    assert (list(_split("100.00", credited_on, born)) == ["EMAS"]) is emas


def test_a_leap_birthday_that_moved_is_named_as_an_assumption() -> None:
    steps = allocation.split_credit(amount=Decimal(100), birth_date=date(1968, 2, 29), credited_on=date(2023, 3, 1)).steps

    assert [step.assumed for step in steps if step.code == "LEAP_BIRTHDAY"] == ["ages/leap_birthday@1900-01-01"]


def test_nothing_is_credited_from_the_75th_birthday() -> None:
    assert _split("100.00", "2026-05-10", date(1951, 5, 11)) == {"EMAS": "100.00"}
    with pytest.raises(Refusal) as refused:
        allocation.split_sen(10_000, date(1951, 5, 11), date(2026, 5, 11))

    assert refused.value.code == "CREDIT_AFTER_LAST_AGE"
    assert "50(2B)" in rates.citations(refused.value.provision)[0].ms


@pytest.mark.parametrize("amount", [0, -1])
def test_a_credit_is_positive(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        allocation.split_sen(amount, YOUNG, date(2026, 1, 1))


def test_part_of_a_sen_is_not_credited() -> None:
    with pytest.raises(money.MoneyError):
        allocation.split_credit(amount=Decimal("0.001"), birth_date=YOUNG, credited_on=date(2026, 1, 1))


def test_a_credit_before_birth_or_before_the_rate_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="born"):
        allocation.split_sen(100, date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(NotInForce):
        allocation.split_sen(100, YOUNG, date(2016, 12, 31))


@given(
    sen=st.integers(1, 10**12),
    born=st.dates(date(1955, 1, 1), date(2008, 12, 31)),
    credited_on=st.dates(date(2017, 1, 1), date(2029, 12, 31)),
)
def test_the_parts_add_up_and_are_positive(sen: int, born: date, credited_on: date) -> None:
    parts = dict(allocation.split_sen(sen, born, credited_on))
    slow = allocation.split_credit(amount=money.from_sen(sen), birth_date=born, credited_on=credited_on).parts

    assert sum(parts.values()) == sen
    assert min(parts.values()) > 0
    assert {account: money.to_sen(part) for account, part in slow.items()} == parts


@given(ringgit=st.integers(10, 10**6), credited_on=st.dates(date(2024, 5, 11), date(2029, 12, 31)))
def test_whole_ringgit_divide_without_a_remainder(ringgit: int, credited_on: date) -> None:
    parts = dict(allocation.split_sen(ringgit * 100, YOUNG, credited_on))

    assert parts == {SubAccount.PERSARAAN: ringgit * 75, SubAccount.SEJAHTERA: ringgit * 15, SubAccount.FLEKSIBEL: ringgit * 10}
