"""Ruling 8: a birth date comes from the register, and the number on a MyKad agrees with it. Seed 000: who may have an i-Akaun."""

from datetime import date

import pytest

from members.enums import Citizenship, IdentityKind
from members.facts import PersonFacts
from members.rules import identity

ON = date(2026, 11, 2)


def person(**changed: object) -> PersonFacts:
    good = {
        "name": "Aminah binti Yusof",
        "identity_kind": IdentityKind.MYKAD,
        "identity_number": "900101145678",
        "birth_date": date(1990, 1, 1),
        "citizenship": Citizenship.CITIZEN,
        "on": ON,
        "number": "40000001",
    }
    return PersonFacts(**{**good, **changed})  # type: ignore[arg-type]


def codes(refusals: list[object]) -> list[str]:
    return [refusal.code for refusal in refusals]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "number", "born", "agrees"),
    [
        ("MYKAD", "900101145678", date(1990, 1, 1), True),
        ("MYKAD", "900102145678", date(1990, 1, 1), False),
        ("MYKAD", "000229145678", date(2000, 2, 29), True),
        ("MYKAD", "150704145678", date(1915, 7, 4), True),  # two digits of the year do not tell the century
        ("MYKAD", "150704145678", date(2015, 7, 4), True),
        ("MYPR", "850101711234", date(1985, 1, 1), True),
        ("MYPR", "850101711234", date(1985, 10, 1), False),
        ("PASSPORT", "A12345678", date(1985, 1, 1), True),  # no birth date in it
        ("ARMY", "T1234567", date(1985, 1, 1), True),
    ],
)
def test_the_number_on_a_mykad_agrees_with_the_birth_date(kind: str, number: str, born: date, agrees: bool) -> None:
    assert (identity.agrees_with_birth(IdentityKind(kind), number, born) is None) == agrees


@pytest.mark.parametrize(
    ("kind", "number", "good"),
    [
        ("MYKAD", "900101145678", True),
        ("MYKAD", "90010114567", False),
        ("MYKAD", "900101-14-5678", False),  # compact() comes first
        ("MYKAD", "90010114567٨", False),
        ("MYKAD", "９００１０１１４５６７８", False),
        ("PASSPORT", "A1234", True),
        ("PASSPORT", "А1234567", False),  # a Cyrillic letter
        ("PASSPORT", "A123", False),
        ("PASSPORT", "A" * 16, False),
        ("POLICE", "RF123456", True),
    ],
)
def test_the_form_of_a_number(kind: str, number: str, good: bool) -> None:
    assert (identity.number_form(IdentityKind(kind), number) is None) == good


@pytest.mark.parametrize(
    ("typed", "kept"), [("900101-14-5678", "900101145678"), (" 900101 14 5678 ", "900101145678"), ("rf/12 34.56", "RF123456"), ("", "")]
)
def test_blanks_and_signs_in_a_number_are_forgiven(typed: str, kept: str) -> None:
    assert identity.compact(typed) == kept


@pytest.mark.parametrize(
    ("kind", "citizenship", "fits"),
    [
        ("MYKAD", "CITIZEN", True),
        ("MYKAD", "NON_CITIZEN", False),
        ("MYPR", "PERMANENT_RESIDENT", True),
        ("MYPR", "CITIZEN", False),
        ("PASSPORT", "NON_CITIZEN", True),
        ("PASSPORT", "CITIZEN", False),
        ("ARMY", "CITIZEN", True),
        ("POLICE", "PERMANENT_RESIDENT", False),
    ],
)
def test_who_holds_which_paper(kind: str, citizenship: str, fits: bool) -> None:
    assert (identity.paper_fits(IdentityKind(kind), Citizenship(citizenship)) is None) == fits


def test_all_that_is_wrong_is_said_together() -> None:
    wrong = person(name="  .", identity_number="900101", birth_date=date(2027, 1, 1), citizenship=None)

    assert codes(identity.person_refusals(wrong)) == ["NAME_EMPTY", "IDENTITY_FORM", "BIRTH_DATE_RANGE", "IDENTITY_CITIZENSHIP"]
    assert identity.person_refusals(person()) == []


@pytest.mark.parametrize("born", [date(1899, 12, 31), date(2026, 11, 3)])
def test_nobody_is_born_before_1900_or_after_today(born: date) -> None:
    assert codes([identity.born_in_time(born, ON)]) == ["BIRTH_DATE_RANGE"]


@pytest.mark.parametrize("born", [date(1900, 1, 1), ON])
def test_the_first_and_the_last_day_are_good(born: date) -> None:
    assert identity.born_in_time(born, ON) is None


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({}, []),
        ({"number": ""}, ["NO_MEMBER_NUMBER"]),
        ({"number": "4000001"}, ["NO_MEMBER_NUMBER"]),
        ({"identity_number": "1"}, ["NO_IDENTITY_NUMBER"]),
        ({"number": "", "identity_number": "1"}, ["NO_MEMBER_NUMBER", "NO_IDENTITY_NUMBER"]),
        ({"identity_number": "910101145678"}, ["IDENTITY_BIRTH_DATE"]),
        ({"died_on": date(2026, 1, 1)}, ["MEMBER_DIED"]),
    ],
)
def test_an_i_akaun_needs_a_valid_identity_and_a_valid_member_number(changed: dict[str, object], lacking: list[str]) -> None:
    assert codes(identity.i_akaun_refusals(person(**changed))) == lacking


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("AMINAHYUSOF", "AMINAHYUSOF", True),
        ("AMINAHYUSOF", "AMINAHYUSSOF", True),
        ("AMINAHYUSOF", "AMINAHYUSOFABDULLAH", True),
        ("AMINAHYUSOF", "LIMWEIMING", False),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str, alike: bool) -> None:
    assert identity.alike(one, other) is alike
