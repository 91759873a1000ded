"""Every reason has words in both languages: a sentence with what was found and expected, and how to mend it."""

import re

import pytest
from django.utils import translation

from contributions import problems
from contributions.borang_a import layout
from contributions.borang_a.problem import Code, Problem

DETAIL = {
    "line": "7",
    "missing": "IC No",
    "record": "99",
    "one": "123456789",
    "other": "000123456789",
    "filing": "12",
    "run": "3",
    "state": "READY",
    "wage_month": "2026-10",
    "last_month": "2025-03",
    "received_on": "2026-11-10",
    "died_on": "2026-08-17",
    "birth_date": "1950-03-05",
    "birthday": "2025-03-05",
    "age": "75",
    "part": "A",
    "wages": "6250.00",
    "band_from": "6200.01",
    "band_to": "6300.00",
    "basis": "BAND",
    "reference": "third_schedule@2025-10:A",
}


def problem_of(code: Code) -> Problem:
    if code in problems.MONTH:
        return Problem(code, "", "2026-10", "2026-11", DETAIL)
    return Problem(code, layout.EMPLOYER_SHARE, "750.00", "756.00", DETAIL)


def test_every_code_has_words() -> None:
    assert set(problems.WORDS) == set(Code)


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("code", list(Code))
def test_the_words_are_whole(code: Code, language: str) -> None:
    with translation.override(language):
        said, mended = problems.sentence(problem_of(code)), problems.mend(problem_of(code))

    assert said.strip()
    assert mended.strip()
    assert not re.search(r"%\(\w+\)|«|None", said + mended)


@pytest.mark.parametrize("code", sorted(set(Code) - {Code.NOT_READ, Code.NO_CITIZENSHIP, Code.NUMBER_UNKNOWN, Code.IDENTITY_UNKNOWN}))
def test_a_sentence_says_what_was_found_and_what_was_expected(code: Code) -> None:
    with translation.override("ms"):
        said = problems.sentence(problem_of(code)).lower()

    assert "ditemui" in said
    assert "dijangka" in said


def test_exact_percentage_is_named_as_such() -> None:
    problem = Problem(Code.EXACT_PERCENTAGE, layout.EMPLOYER_SHARE, "750.00", "756.00", DETAIL)

    with translation.override("ms"):
        said = problems.sentence(problem)

    assert said == (
        "Syer majikan (EM Share) dikira dengan peratusan tepat, yang tidak dibenarkan bagi upah ini: ditemui RM\xa0750.00, "
        "dijangka RM\xa0756.00 mengikut Jadual Ketiga. Bahagian A, baris upah RM\xa06,200.01 hingga RM\xa06,300.00."
    )


def test_percent_signs_in_what_was_found_are_only_text() -> None:
    assert "100%s%(x)d" in problems.sentence(Problem(Code.NOT_PLAIN, layout.WAGES, "100%s%(x)d"))


@pytest.mark.parametrize(("language", "names"), [("ms", ["Nama (Name)", "No. KP (IC No)", "Bonus"]), ("en", ["Name", "IC No.", "Bonus"])])
def test_a_column_has_its_title_beside_it_where_that_says_something_else(language: str, names: list[str]) -> None:
    with translation.override(language):
        assert [problems.column_name(column) for column in (layout.NAME, layout.IDENTITY, layout.BONUS)] == names
        assert problems.column_name("") == ""


def test_what_was_found_is_shortened() -> None:
    assert len(Problem(Code.NOT_PLAIN, layout.WAGES, "9" * 100_000).to_json()["found"]) == 60


@pytest.mark.parametrize("code", [Code.NUMBER_UNKNOWN, Code.IDENTITY_UNKNOWN])
@pytest.mark.parametrize(("language", "here", "there"), [("ms", "senarai upah", "kaunter"), ("en", "wage list", "counter")])
def test_who_is_new_is_hired_in_the_portal_before_the_counter_is_named(code: Code, language: str, here: str, there: str) -> None:
    with translation.override(language):
        mended = problems.mend(problem_of(code))

    assert 0 < mended.find(here) < mended.find(there)
