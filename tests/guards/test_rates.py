"""Every rate file of the project can be read, every value is cited, and every file and number is used by a rule."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contributions.rules import correcting, duties, electing, incentive, instalments, late, liable, overpaying, regime, value_date
from kwsp_portal.common import rates
from members.rules import age, allocation, dividend, initial_transfer, replacing
from withdrawals.rules import deciding, education, housing, khas, withdrawal

FILES = rates.files()
RULES = (
    electing,
    regime,
    liable,
    age,
    allocation,
    value_date,
    correcting,
    initial_transfer,
    late,
    dividend,
    duties,
    incentive,
    instalments,
    overpaying,
    replacing,
    education,
    housing,
    withdrawal,
    khas,
    deciding,
)
USED = {rule.LAW.name for rule in RULES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_rate_file_is_named_for_its_law_and_read_without_fault(path: Path) -> None:
    assert rates.load(path).name == path.stem


def test_every_rate_file_is_used_by_a_rule() -> None:
    assert {path.stem for path in FILES} == USED


def test_every_value_has_a_date_a_citation_and_a_confidence() -> None:
    for line in rates.register():
        assert isinstance(line.value.start, date)
        assert line.value.citation.strip(), line
        assert line.value.confidence in rates.Confidence


def test_no_value_is_a_float() -> None:
    for line in rates.register():
        found = line.value.value
        numbers = found.values() if isinstance(found, dict) else [found]
        assert all(isinstance(number, Decimal | int | str | date | None) for number in numbers), line


def test_every_assumption_has_a_reason_in_both_languages_and_can_be_found() -> None:
    assumed = [line.value for line in rates.register() if line.value.assumed]

    assert len(assumed) >= 7
    for value in assumed:
        assert rates.assumption(value.assumption) is value
        assert value.reason is not None
        assert value.reason.ms != value.reason.en


def test_the_schedule_answers_for_every_month_it_claims_to_know() -> None:
    month = regime.WageMonth.of(regime.LAW.known_from)
    while month <= regime.WageMonth(2030, 12):
        assert regime.law_of(month).citizen[0].code == "A"
        month = month.next()
