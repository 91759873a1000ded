"""Kinds of withdrawals: each case of the tables, what holds of every kind, and that everything has words in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from tests.statute import tables, withdrawal_cases
from withdrawals import explanations, kinds, labels, questions
from withdrawals.enums import KindCode
from withdrawals.kinds import KINDS, listing
from withdrawals.kinds.base import Kind, Sort

DAYS = (date(2017, 1, 1), date(2022, 4, 10), date(2024, 5, 12), date(2026, 11, 23))
TABLED = tuple(withdrawal_cases.PEOPLE)
CASES = [(kind, case) for kind in TABLED for case in tables.read(f"withdrawal_{kind.lower()}.csv")]


def named(part: object) -> str:
    return f"{part['on']} {part['change']} {part['asked']}" if isinstance(part, dict) else str(part)


@pytest.mark.parametrize(("kind", "case"), CASES, ids=named)
def test_a_case(kind: KindCode, case: dict[str, str]) -> None:
    found = kinds.evaluate(withdrawal_cases.facts(kind, case["change"], case["asked"], date.fromisoformat(case["on"])))

    assert sorted(refusal.code for refusal in found.refusals) == sorted(case["refusals"].split()), case["source"]
    assert found.most == Decimal(case["most"]), case["source"]
    for language in ("ms", "en"):
        with translation.override(language):
            said = [*(one.words + one.change for one in explanations.reasons(found.refusals)), *explanations.explained(found.steps).sentences]
            assert not any("%(" in text for text in said)


def test_every_kind_has_at_least_twenty_cases_and_each_of_its_conditions_is_met_and_not_met() -> None:
    for kind in TABLED:
        cases = [case for of, case in CASES if of is kind]
        refused = {code for case in cases for code in case["refusals"].split()}

        assert len(cases) >= 20, kind
        assert {condition.code for condition in kinds.OF[kind].conditions} <= refused, kind
        assert any(not case["refusals"] for case in cases)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_kind_has_words_for_all_it_asks_and_shows(kind: Kind, language: str) -> None:
    with translation.override(language):
        assert labels.KINDS[kind.code]
        assert labels.FOR_WHAT[kind.code]
        for one in kind.particulars:
            assert questions.PARTICULARS[kind.code][one.name].words
            assert one.sort is not Sort.CHOICE or set(one.choices) <= set(questions.CHOICES[one.name])
        for day in DAYS:
            entry = listing.entry(kind.code, day)
            for condition in entry.conditions:
                assert "%(" not in explanations.condition_words(condition, day)
                assert explanations.citations(condition.source)
            for document in (*entry.checklist.with_mykad, *entry.checklist.without_mykad, *entry.checklist.by_post):
                assert labels.DOCUMENT[document.code]
