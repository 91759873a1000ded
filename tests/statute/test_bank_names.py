"""Whose account it is (seed 004): what counts as one name, what a person has to look at, what is another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwsp_portal.bank import accounts
from kwsp_portal.common.refusal import Refusal
from members.enums import NameMatch
from members.rules import bank_names

ANYTHING = st.characters(exclude_categories=["Cs"])
"""As hypothesis has it by itself, all that UTF-8 can write, without going through all of Unicode for it."""
FULL = [
    ("AMINAH BINTI YUSOF", "AMINAH BINTI YUSOF"),
    ("AMINAH BINTI YUSOF", "Aminah Bt. Yusof"),
    ("AMINAH BINTI YUSOF", "AMINAH YUSOF"),
    ("AMINAH BINTI YUSOF", "YUSOF, AMINAH"),
    ("AMINAH BINTI YUSOF", "PN. HAJAH AMINAH BTE YUSOF"),
    ("RAJU A/L KUMAR", "RAJU KUMAR"),
    ("RAJU A/L KUMAR", "RAJU ANAK LELAKI KUMAR"),
    ("RAJU A/L KUMAR", "RAJU A / L KUMAR"),
    ("DEVI A/P MUTHU", "DEVI D/O MUTHU"),
    ("JUGAH ANAK BARIENG", "JUGAH AK BARIENG"),
    ("MOHD ALI BIN ABU", "MUHAMMAD ALI ABU"),
    ("MUHAMAD ALI BIN ABU", "MOHAMED ALI BIN ABU"),
    ("ABD RAHMAN BIN SULONG", "ABDUL RAHMAN BIN SULONG"),
    ("ABDUL RAHMAN BIN SULONG", "ABDULRAHMAN BIN SULONG"),
    ("NUR'AIN BINTI SAID", "NURAIN BINTI SAID"),
    ("LIM WEI MING", "WEI MING LIM"),
    ("LIM WEI MING", "LIM WEIMING"),
    ("NURUL @ SITI BINTI OSMAN", "SITI BINTI OSMAN"),
    ("NURUL @ SITI BINTI OSMAN", "NURUL BINTI OSMAN"),
    ("NURUL @ SITI BINTI OSMAN", "NURUL @ SITI BINTI OSMAN"),
    ("JOSÉ ÁLVAREZ", "JOSE ALVAREZ"),
    ("MUHAMMAD SYAFIQ AIMAN BIN ABDUL RAHMAN SHAHRIL", "MUHAMMAD SYAFIQ AIMAN BIN ABDUL RAHMAN S"),
    ("WAN NUR SYAZWANI BINTI WAN MOHD KAMARUZZAMAN", "WAN NUR SYAZWANI BIN"),
    ("ABU", "ABU"),
    ("BINTI", "BINTI"),
    ("RAJU A/K KUMAR", "RAJU A/L KUMAR"),
]
NEAR = [
    ("AMINAH BINTI YUSOF", "AMINAH BINTI YUSUF"),
    ("AMINAH BINTI YUSOF", "AMNIAH BINTI YUSOF"),
    ("SITI NURHALIZA BINTI TARUDIN", "SITI BINTI TARUDIN"),
    ("LIM WEI MING", "LIM WEI MIN"),
    ("LIM WEI MING", "LIM MING"),
    ("AMINAH BINTI YUSOF", "YUSOF AMINAH"),
    ("AHMAD BIN ALI", "ALI BIN AHMAD"),
    ("RAJU A/L KUMAR", "KUMAR A/L RAJU"),
    ("AHMAD BIN ALI", "AHMAD BINTI ALI"),
    ("AHMAD BIN ALI", "AHMAD BT ALI"),
    ("DEVI A/P MUTHU", "DEVI A/L MUTHU"),
    ("NURUL AISYAH BINTI AHMAD FAUZI", "NURUL AISYAH BINTI AHMAD"),
    ("MUHAMMAD SYAFIQ AIMAN BIN ABDUL RAHMAN SHAH", "MUHAMMAD SYAFIQ AIMAN BIN ABDUL RAHMAN"),
]
NONE = [
    ("AMINAH BINTI YUSOF", "SITI CONTOH BINTI LAIN"),
    ("AMINAH BINTI YUSOF", "AMINAH BINTI OSMAN"),
    ("AMINAH BINTI YUSOF", "YUSOF"),
    ("LIM WEI MING", "LIM MEI LING"),
    ("TAN", "LIM"),
    ("ALI BIN ABU", "ABU BIN BAKAR"),
    ("AMINAH BINTI YUSOF", ""),
    ("AMINAH BINTI YUSOF", "...---"),
    ("AMINAH BINTI YUSOF", "SYARIKAT CONTOH SDN BHD"),
    ("MUHAMMAD", "MUHAMMAD ALI BIN ABU"),
]


@pytest.mark.parametrize(("ours", "theirs"), FULL)
def test_one_name_in_two_spellings(ours: str, theirs: str) -> None:
    assert bank_names.compare(ours, theirs) is NameMatch.FULL


@pytest.mark.parametrize(("ours", "theirs"), NEAR)
def test_near_names_are_looked_at(ours: str, theirs: str) -> None:
    assert bank_names.compare(ours, theirs) is NameMatch.NEAR


@pytest.mark.parametrize(("ours", "theirs"), NONE)
def test_other_names_are_refused(ours: str, theirs: str) -> None:
    assert bank_names.compare(ours, theirs) is NameMatch.NONE


def test_a_short_beginning_is_no_cut_name() -> None:
    assert bank_names.compare("SITI NURHALIZA BINTI TARUDIN", "SITI NUR") is NameMatch.NONE


@given(st.text(ANYTHING, max_size=60), st.text(ANYTHING, max_size=60))
def test_any_two_texts_are_compared(ours: str, theirs: str) -> None:
    assert bank_names.compare(ours, theirs) in NameMatch


@given(st.permutations(["LIM", "WEI", "MING", "ANDREW"]))
def test_the_order_of_the_words_of_a_name_without_a_father_s_does_not_matter(words: list[str]) -> None:
    assert bank_names.compare("LIM WEI MING ANDREW", " ".join(words)) is NameMatch.FULL


@given(st.permutations(["SITI", "NURHALIZA", "TARUDIN", "KAMAL"]))
def test_who_is_somebody_s_child_agrees_in_one_order_only(words: list[str]) -> None:
    same = words == ["SITI", "NURHALIZA", "TARUDIN", "KAMAL"]
    assert bank_names.compare("SITI NURHALIZA BINTI TARUDIN KAMAL", " ".join(words)) is (NameMatch.FULL if same else NameMatch.NEAR)


@given(st.permutations(["ALI", "ABU", "OMAR"]), st.permutations(["ALI", "ABU", "OMAR"]), st.sampled_from(["BIN", "BINTI", "A/L", "A/P"]))
def test_no_other_person_of_the_same_words_agrees(ours: list[str], theirs: list[str], kin: str) -> None:
    (son, *father), (other, *others) = ours, theirs
    found = bank_names.compare(f"{son} {kin} {' '.join(father)}", f"{other} {kin} {' '.join(others)}")
    assert (found is NameMatch.FULL) is (son == other)


@pytest.mark.parametrize(
    ("bic", "typed"),
    [("MBBEMYKL", "1141 2345 6789"), ("CIBBMYKL", "8001234567"), ("CIBBMYKL", "04010001234056"), ("BSNAMYK1", "0110-0290-0001-2345")],
)
def test_numbers_are_taken_with_blanks_and_hyphens(bic: str, typed: str) -> None:
    assert accounts.number(bic, typed).isdigit()


@pytest.mark.parametrize(
    ("bic", "typed", "code"),
    [
        ("XXXXMYKL", "114123456789", "ACCOUNT_BANK"),
        ("MBBEMYKL", "11412345678", "ACCOUNT_LENGTH"),
        ("MBBEMYKL", "1141234567890", "ACCOUNT_LENGTH"),
        ("MBBEMYKL", "11412345678A", "ACCOUNT_FORM"),
        ("MBBEMYKL", "１１４１２３４５６７８９", "ACCOUNT_FORM"),
        ("MBBEMYKL", "000000000000", "ACCOUNT_FORM"),
        ("MBBEMYKL", "", "ACCOUNT_FORM"),
    ],
)
def test_a_number_without_the_bank_s_form_is_refused(bic: str, typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        accounts.number(bic, typed)
    assert refused.value.code == code


def test_every_bank_of_the_list_is_complete() -> None:
    assert len(accounts.known()) >= 19
    assert all(len(bank.bic) == 8 and bank.digits and bank.name for bank in accounts.known().values())
