"""Every step and refusal has a sentence with all its figures, in Malay by default."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings

from contributions import explanations
from contributions.facts import CHOSEN
from contributions.rules import schedule
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members import explanations as member_explanations
from members.rules import allocation
from tests.statute import tables
from tests.statute.test_schedule_properties import people


@pytest.fixture(autouse=True)
def _malay() -> object:
    with translation.override("ms"):
        yield


@settings(max_examples=50)
@given(facts=people())
def test_every_explanation_can_be_said(facts: schedule.EmployeeFacts) -> None:
    said = explanations.explained(schedule.explain(facts, CHOSEN))

    assert said.sentences
    assert not any("%(" in sentence for sentence in said.sentences)
    assert len(set(said.citations)) == len(said.citations)


def test_the_seeds_example_in_words() -> None:
    said = explanations.explained(schedule.explain(tables.person(wages="6250.00")))
    text = "\n".join(said.sentences).replace("\N{NO-BREAK SPACE}", " ")

    assert "Upah RM 6,250.00 jatuh dalam baris RM 6,200.01 hingga RM 6,300.00" in text
    assert "Mengapa bukan RM 750.00 dan RM 688.00?" in text
    assert "Kadar pekerja: 11%, sejak bulan upah Julai 2022." in text
    assert said.assumptions == ()
    assert "Akta KWSP 1991, s. 43(1) dan Jadual Ketiga" in said.citations


def test_an_assumption_is_said_in_the_readers_language() -> None:
    steps = schedule.explain(tables.person(wages="21250.55"))

    in_malay = explanations.explained(steps).assumptions
    with translation.override("en"):
        in_english = explanations.explained(steps).assumptions

    assert [text.split()[0] for text in (*in_malay, *in_english)] == ["Undang-undang", "The"]


def test_a_citation_is_said_in_the_readers_language() -> None:
    steps = schedule.explain(tables.person(wages="6250.00"))

    in_malay = explanations.explained(steps).citations
    with translation.override("en"):
        in_english = explanations.explained(steps).citations

    assert "Akta KWSP 1991, s. 43(1) dan Jadual Ketiga" in in_malay
    assert "EPF Act 1991, s. 43(1) and Third Schedule" in in_english
    assert len(in_malay) == len(in_english)


def test_a_split_is_said_with_the_names_of_its_day() -> None:
    def said(on: date) -> list[str]:
        steps = allocation.split_credit(amount=Decimal("1449.01"), birth_date=date(1990, 1, 15), credited_on=on).steps
        return [explanations.words(step).replace("\N{NO-BREAK SPACE}", " ") for step in steps]

    assert "Akaun 1: 70% daripada RM 1,449.01 = RM 1,014.31." in said(date(2024, 5, 10))
    assert "Akaun Persaraan: 75% daripada RM 1,449.01 = RM 1,086.76." in said(date(2024, 5, 11))
    assert said(date(2024, 5, 11))[-1] == "Baki RM 0.01 daripada pembundaran ke bawah masuk ke Akaun Persaraan."


@pytest.mark.parametrize(
    ("account", "on", "name", "former"),
    [
        ("PERSARAAN", "2024-05-10", "Akaun 1", ""),
        ("PERSARAAN", "2024-05-11", "Akaun Persaraan", "Akaun 1"),
        ("SEJAHTERA", "2024-05-11", "Akaun Sejahtera", "Akaun 2"),
        ("FLEKSIBEL", "2024-05-11", "Akaun Fleksibel", ""),
        ("EMAS", "2026-01-01", "Akaun Emas", ""),
    ],
)
def test_names_of_accounts_follow_the_date(account: str, on: str, name: str, former: str) -> None:
    day = date.fromisoformat(on)

    assert (member_explanations.account_name(account, day), member_explanations.former_name(account, day)) == (name, former)


@pytest.mark.parametrize(
    "change",
    [{"birth_date": "1951-09-30"}, {"birth_date": "2026-11-01"}, {"wages": "-1.00"}, {"wages": "1.00", "bonus": "2.00"}],
)
def test_every_refusal_of_the_schedule_has_a_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        schedule.shares(tables.person(**change))

    assert "%(" not in explanations.refusal_words(refused.value)


def test_the_refusal_of_a_credit_has_a_sentence() -> None:
    with pytest.raises(Refusal) as refused:
        allocation.split_sen(100, date(1951, 5, 11), date(2026, 5, 11))

    assert "75" in explanations.refusal_words(refused.value)


def test_a_month_without_law_is_answered_with_the_way_forward() -> None:
    with pytest.raises(NotInForce) as refused:
        schedule.shares(tables.person(wage_month="2008-01"))

    assert "kwsp.gov.my" in explanations.not_in_force_words(refused.value)


def test_a_step_survives_its_storage() -> None:
    for step in schedule.explain(tables.person(wages="21250.55")):
        assert Step.from_json(step.to_json()) == step
