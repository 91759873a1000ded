"""Which identity is good: the form of the number, and that it agrees with the birth date and the citizenship (ruling 8).

All rules of a decision run, and all refusals come back together. `provision` names the source; the words are members.labels'.
"""

import re
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from kwsp_portal.common import countries
from kwsp_portal.common.names import name_key
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship, IdentityKind
from members.facts import PersonFacts

RULING_8: Final = "Ruling 8"
SEED_000: Final = "Kelayakan untuk Mendaftar i-Akaun, KWSP, 20 Feb 2019"
RULING_13: Final = "Ruling 13"
ICAO_9303: Final = "ICAO Doc 9303"

TWELVE_DIGITS: Final = frozenset({IdentityKind.MYKAD, IdentityKind.MYPR})
"""Papers of the National Registration Department: YYMMDD, place of birth, serial."""
_TWELVE: Final = re.compile(r"[0-9]{12}")
_OTHER_NUMBERS: Final = re.compile(r"[A-Z0-9]{5,15}")
_MEMBER_NUMBER: Final = re.compile(r"[0-9]{8}")

HOLDERS: Final = {
    IdentityKind.MYKAD: frozenset({Citizenship.CITIZEN}),
    IdentityKind.MYPR: frozenset({Citizenship.PERMANENT_RESIDENT}),
    IdentityKind.PASSPORT: frozenset({Citizenship.PERMANENT_RESIDENT, Citizenship.NON_CITIZEN}),
    IdentityKind.ARMY: frozenset({Citizenship.CITIZEN}),
    IdentityKind.POLICE: frozenset({Citizenship.CITIZEN}),
}
"""Who holds which paper."""

EARLIEST_BIRTH: Final = date(1900, 1, 1)
ALIKE_IN_HUNDRED: Final = 80
"""From so many hundredths of common letters on, two names of people born on one day are looked at by somebody."""


def number_form(kind: IdentityKind, number: str) -> Refusal | None:
    """Twelve digits for a MyKad or MyPR; for other papers 5 to 15 letters and digits."""
    good = _TWELVE if kind in TWELVE_DIGITS else _OTHER_NUMBERS
    return None if good.fullmatch(number) else Refusal("IDENTITY_FORM", RULING_8, {"kind": kind.value, "found": number})


def country_known(kind: IdentityKind, country: str) -> Refusal | None:
    """A passport's number says who somebody is only beside the country that issued it; no other paper has one."""
    good = country in countries.known() if kind is IdentityKind.PASSPORT else not country
    return None if good else Refusal("PASSPORT_COUNTRY", ICAO_9303, {"kind": kind.value, "found": country})


def agrees_with_birth(kind: IdentityKind, number: str, birth_date: date) -> Refusal | None:
    """The first six digits of a MyKad or MyPR are the birth date; which century, they do not say (ruling 8)."""
    expected = f"{birth_date:%y%m%d}"
    if kind not in TWELVE_DIGITS or number_form(kind, number) or number.startswith(expected):
        return None
    return Refusal("IDENTITY_BIRTH_DATE", RULING_8, {"found": number[:6], "expected": expected, "birth_date": str(birth_date)})


def born_in_time(birth_date: date, on: date) -> Refusal | None:
    """Nobody is born after today, nor before 1900."""
    if EARLIEST_BIRTH <= birth_date <= on:
        return None
    return Refusal("BIRTH_DATE_RANGE", RULING_8, {"found": str(birth_date), "earliest": str(EARLIEST_BIRTH), "latest": str(on)})


def paper_fits(kind: IdentityKind, citizenship: Citizenship | None) -> Refusal | None:
    """A MyKad is a citizen's, a MyPR a permanent resident's; soldiers and police officers are citizens."""
    if citizenship is not None and citizenship in HOLDERS[kind]:
        return None
    found = citizenship.value if citizenship is not None else ""
    return Refusal("IDENTITY_CITIZENSHIP", RULING_8, {"kind": kind.value, "found": found})


def has_name(name: str) -> Refusal | None:
    """A name has letters."""
    return None if any(sign.isalpha() for sign in name_key(name)) else Refusal("NAME_EMPTY", RULING_13)


def person_refusals(facts: PersonFacts) -> list[Refusal]:
    """Everything that keeps a person out of the register as they stand here."""
    asked = (
        has_name(facts.name),
        number_form(facts.identity_kind, facts.identity_number),
        country_known(facts.identity_kind, facts.identity_country),
        born_in_time(facts.birth_date, facts.on),
        agrees_with_birth(facts.identity_kind, facts.identity_number, facts.birth_date),
        paper_fits(facts.identity_kind, facts.citizenship),
    )
    return [refusal for refusal in asked if refusal is not None]


def i_akaun_refusals(facts: PersonFacts) -> list[Refusal]:
    """What a member lacks for an i-Akaun: a valid identity number and a valid KWSP number, both (seed 000)."""
    return list(_i_akaun(facts))


def _i_akaun(facts: PersonFacts) -> Iterator[Refusal]:
    if not _MEMBER_NUMBER.fullmatch(facts.number):
        yield Refusal("NO_MEMBER_NUMBER", SEED_000, {"found": facts.number})
    if number_form(facts.identity_kind, facts.identity_number):
        yield Refusal("NO_IDENTITY_NUMBER", SEED_000, {"kind": facts.identity_kind.value})
    disagreement = agrees_with_birth(facts.identity_kind, facts.identity_number, facts.birth_date)
    if disagreement is not None:
        yield disagreement
    if facts.died_on is not None:
        yield Refusal("MEMBER_DIED", SEED_000, {"died_on": str(facts.died_on)})


def compact(number: str) -> str:
    """An identity number as it is kept: without blanks and signs, in capitals. Letters of other scripts are left for `number_form` to refuse."""
    return "".join(sign for sign in number if sign.isalnum()).upper()


def alike(one: str, other: str) -> bool:
    """Whether two keys of names (kwsp_portal.common.names) may be one person's, spelled in two ways."""
    if one.startswith(other) or other.startswith(one):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() * 100 >= ALIKE_IN_HUNDRED
