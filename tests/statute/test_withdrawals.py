"""Kinds of withdrawals: each case of the tables, what holds of every kind, and that everything has words in both languages."""

from datetime import date

import pytest
from django.utils import translation

from withdrawals import explanations, labels, questions
from withdrawals.kinds import KINDS, listing
from withdrawals.kinds.base import Kind, Sort

DAYS = (date(2017, 1, 1), date(2022, 4, 10), date(2024, 5, 12), date(2026, 11, 23))


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
                assert explanations.condition_citations(condition)
            for document in (*entry.checklist.with_mykad, *entry.checklist.without_mykad, *entry.checklist.by_post):
                assert labels.DOCUMENT[document.code]
