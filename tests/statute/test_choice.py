"""Those who contribute only if they choose to: domestic helpers (KWSP 16) and, to September 2025, non-citizens (KWSP 16B). Seed 001."""

from typing import Any

import pytest
from django.utils import translation

from contributions import explanations
from contributions.facts import CHOSEN, NO_ELECTIONS, EmployeeFacts
from contributions.rules import category, schedule
from kwsp_portal.common import rates
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from tests.statute import tables

FOREIGN: dict[str, Any] = {"citizenship": Citizenship.NON_CITIZEN, "member_since": "2010-01-01"}
EARLY: dict[str, Any] = {"citizenship": Citizenship.NON_CITIZEN, "member_since": "1998-07-31"}


def _helper(**change: Any) -> EmployeeFacts:
    return tables.person(**change)._replace(domestic=True)


@pytest.mark.parametrize(
    ("facts", "form", "part"),
    [
        (_helper(), "KWSP 16", "A"),
        (_helper(birth_date="1960-01-15"), "KWSP 16", "E"),
        (_helper(citizenship=Citizenship.PERMANENT_RESIDENT, birth_date="1960-01-15"), "KWSP 16", "C"),
        (_helper(**EARLY), "KWSP 16", "A"),
        (_helper(**FOREIGN, wage_month="2025-09"), "KWSP 16", "B"),
        (tables.person(**FOREIGN, wage_month="2025-09"), "KWSP 16B", "B"),
        (tables.person(**FOREIGN, wage_month="2025-09", birth_date="1960-01-15"), "KWSP 16B", "D"),
        (tables.person(citizenship=Citizenship.NON_CITIZEN, member_since="", wage_month="2025-09"), "KWSP 16B", "B"),
    ],
)
def test_who_may_choose_contributes_only_after_choosing(facts: EmployeeFacts, form: str, part: str) -> None:
    with pytest.raises(Refusal) as refused:
        schedule.shares(facts, NO_ELECTIONS)

    assert (refused.value.code, refused.value.details["form"]) == ("MAY_CHOOSE", form)
    assert rates.citations(refused.value.provision)[0].ms.startswith("kwsp.gov.my, Pilihan Untuk Mencarum")
    assert schedule.shares(facts, CHOSEN).part == part


@pytest.mark.parametrize(
    "facts",
    [
        tables.person(),
        tables.person(citizenship=Citizenship.PERMANENT_RESIDENT),
        tables.person(**EARLY, wage_month="2025-09"),
        tables.person(**FOREIGN, wage_month="2025-10"),  # Part F binds
    ],
)
def test_who_must_contribute_has_nothing_to_choose(facts: EmployeeFacts) -> None:
    assert schedule.shares(facts) == schedule.shares(facts, CHOSEN)
    assert schedule.explain(facts) == schedule.explain(facts, CHOSEN)


@pytest.mark.parametrize("elections", [NO_ELECTIONS, CHOSEN])
def test_part_f_takes_no_domestic_helper_whatever_was_chosen(elections: schedule.Elections) -> None:
    with pytest.raises(Refusal, match="DOMESTIC_EXCLUDED") as refused:
        schedule.shares(_helper(**FOREIGN, wage_month="2025-10"), elections)

    assert "A1760" in rates.citations(refused.value.provision)[0].ms


def test_the_part_itself_is_asked_with_the_choice() -> None:
    facts = tables.person(**FOREIGN, wage_month="2025-09")

    assert category.part_of(facts, CHOSEN).code == "B"
    with pytest.raises(Refusal, match="MAY_CHOOSE"):
        category.part_of(facts)


def test_age_comes_before_the_choice() -> None:
    """Somebody of 76 is told of the age: no form would help."""
    with pytest.raises(Refusal, match="ABOVE_CONTRIBUTION_AGE"):
        schedule.shares(_helper(birth_date="1950-01-15"))


@pytest.mark.parametrize("language", ["ms", "en"])
def test_refusal_and_explanation_name_the_form_in_both_languages(language: str) -> None:
    foreigner, abroad = tables.person(**FOREIGN, wage_month="2025-09"), _helper(**FOREIGN, wage_month="2025-10")
    with pytest.raises(Refusal) as may_choose:
        schedule.shares(foreigner)
    with pytest.raises(Refusal) as excluded:
        schedule.shares(abroad)

    with translation.override(language):
        sentences = [
            explanations.refusal_words(may_choose.value),
            *explanations.explained(schedule.explain(foreigner, CHOSEN)).sentences,
            *explanations.explained(schedule.explain(_helper(), CHOSEN)).sentences,
        ]
        assert "%(" not in explanations.refusal_words(excluded.value)

    assert [sentence for sentence in sentences if "KWSP 16B" in sentence] == [sentences[0], sentences[2]]
    assert any("KWSP 16," in sentence or "KWSP 16." in sentence for sentence in sentences)
