"""Voluntary excess: the eight worked rows of seed 001 to the ringgit, its borders, and its words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from contributions import explanations
from contributions.rules import bands, excess, regime, schedule
from contributions.rules.schedule import CHOSEN, Basis, Elections
from kwsp_portal.common.refusal import Refusal
from tests.statute import tables
from tests.statute.test_schedule_properties import people

WORKED = tables.read("voluntary_excess.csv")


def _elected(employer: str = "0", employee: str = "0") -> Elections:
    return Elections(Decimal(employer), Decimal(employee), chosen=True)


def _said(facts: schedule.EmployeeFacts, elections: Elections, language: str = "ms") -> explanations.Explained:
    with translation.override(language):
        return explanations.explained(schedule.explain(facts, elections))


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row["source"])
def test_the_worked_rows_of_seed_001_come_out_to_the_ringgit(row: dict[str, str]) -> None:
    facts = tables.person(wage_month=row["wage_month"], wages=row["wages"], birth_date=row["birth_date"])

    found = schedule.shares(facts, _elected(row["employer_excess"], row["employee_excess"]))

    assert [found.part, *map(str, found[1:4])] == [row[name] for name in ("part", "employer", "employee", "total")]
    assert found.basis is Basis.EXCESS


def test_there_are_eight_worked_rows() -> None:
    assert len(WORKED) == 8


@pytest.mark.parametrize("row", tables.read("elections.csv"), ids=lambda row: row["source"])
def test_elections_together_with_everything_else(row: dict[str, str]) -> None:
    facts = tables.of_part(row["part"], row["wage_month"], row["wages"], bonus=row["bonus"])
    elections = _elected(row["employer_excess"], row["employee_excess"])._replace(keeps=row["keeps"] == "yes")

    found = schedule.shares(facts, elections)

    assert [found.part, *map(str, found[1:4])] == [row[name] for name in ("part", "employer", "employee", "total")]


@pytest.mark.parametrize(
    ("excess", "code", "highest"),
    [
        (("87.01", "0"), "EXCESS_TOO_HIGH", "0.87"),
        (("0", "89.01"), "EXCESS_TOO_HIGH", "0.89"),
        (("-0.01", "0"), "EXCESS_NEGATIVE", None),
        (("0", "-5"), "EXCESS_NEGATIVE", None),
    ],
)
def test_an_excess_that_cannot_be_is_refused_in_words(excess: tuple[str, str], code: str, highest: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        schedule.shares(tables.person(wages="1000.00"), _elected(*excess))

    assert (refused.value.code, refused.value.details.get("highest")) == (code, highest)
    assert refused.value.details.get("excess") == (None if highest is None else str(max(map(Decimal, excess)) / 100))
    assert "%(" not in explanations.refusal_words(refused.value)


@settings(max_examples=50)
@given(facts=people())
def test_elections_of_nothing_change_nothing(facts: schedule.EmployeeFacts) -> None:
    assert schedule.shares(facts, _elected()) == schedule.shares(facts, CHOSEN)
    assert schedule.explain(facts, _elected()) == schedule.explain(facts, CHOSEN)


POINTS = st.decimals(min_value=0, max_value=40, places=2)


@settings(max_examples=50)
@given(facts=people(), employer=POINTS, employee=POINTS)
def test_shares_with_an_excess_add_up_and_can_be_explained(facts: schedule.EmployeeFacts, employer: Decimal, employee: Decimal) -> None:
    excess = Elections(employer, employee, chosen=True)

    found = schedule.shares(facts, excess)
    said = _said(facts, excess)

    assert found.employer + found.employee == found.total
    assert all(share == share.to_integral_value() and share >= 0 for share in found[1:4])
    assert not any("%(" in sentence for sentence in said.sentences)
    assert len(set(said.citations)) == len(said.citations)


@settings(max_examples=50)
@given(facts=people(), lower=POINTS, more=st.decimals(min_value=Decimal("0.01"), max_value=20, places=2))
def test_a_higher_excess_never_makes_a_share_smaller(facts: schedule.EmployeeFacts, lower: Decimal, more: Decimal) -> None:
    if not lower:
        return  # from no election to a small one a share may fall: the row's end gives way to the exact wages

    less, greater = (schedule.shares(facts, Elections(points, chosen=True)) for points in (lower, lower + more))

    assert (greater.total >= less.total, greater.employee) == (True, less.employee)


def test_the_seeds_example_in_words() -> None:
    malay = "\n".join(_said(tables.person(wages="6250.00"), _elected(employer="5")).sentences).replace("\N{NO-BREAK SPACE}", " ")
    english = "\n".join(_said(tables.person(wages="6250.00"), _elected(employer="5"), "en").sentences).replace("\N{NO-BREAK SPACE}", " ")

    assert "Majikan: 12% + 5% = 17% daripada RM 6,250.00 = RM 1,062.50." in malay
    assert "Syer pekerja: 11% daripada hujung atas baris RM 6,300.00 = RM 693.00" in malay
    assert "Jumlah RM 1,755.50 digenapkan kepada ringgit berikutnya: RM 1,756.00." in malay
    assert "Employer: 12% + 5% = 17% of RM 6,250.00 = RM 1,062.50." in english


def test_the_form_of_an_employees_election_and_the_other_reading_are_said() -> None:
    said = _said(tables.person(wages="6250.00"), _elected(employee="5"))
    text = "\n".join(said.sentences).replace("\N{NO-BREAK SPACE}", " ")

    assert "17A(AHL)/18A(AHL)" in text
    assert "Mengapa bukan RM 750.00 bagi majikan?" in text
    assert len(said.assumptions) == 1


def test_the_assumption_of_the_rounding_is_named_where_it_decides() -> None:
    said = _said(tables.person(wages="6250.00"), _elected("2.5", "0.25"))

    assert len(said.assumptions) == 1
    assert said.assumptions[0].startswith("Undang-undang menetapkan pembundaran jumlah sahaja")


def test_the_other_reading_is_a_change_of_data() -> None:
    """KWSP's page in English: RM750 for the employer beside the employee's 16 %, in all RM1,750."""
    facts = tables.person(wages="6250.00")
    law = regime.law_of(facts.wage_month)
    part = replace(law.citizen[0], other_by_row=False)

    found = excess.shares(law, part, schedule.shares(facts), facts.wages, _elected(employee="5"))

    assert [str(amount) for amount in found[1:4]] == ["750.00", "1000.00", "1750.00"]


def test_rounding_each_share_is_a_change_of_data() -> None:
    """Facts 1.4 and 1.5: RM20,010 by shares is 2,402 + 2,202; Part F, RM1,751, as KWSP's questions and answers have it, is 36 + 36."""
    month = regime.law_of(regime.WageMonth(2026, 10))
    by_table, part_f = (replace(pair[0], rounds_total=False) for pair in (month.citizen, month.later_non_citizen))

    assert bands.exact(by_table, Decimal(20010))[1:4] == (Decimal(2402), Decimal(2202), Decimal(4604))
    assert bands.exact(part_f, Decimal(1751))[1:4] == (Decimal(36), Decimal(36), Decimal(72))
