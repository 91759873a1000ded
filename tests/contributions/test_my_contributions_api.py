"""GET /api/v1/me/contributions/: the own contributions of a year, each with why it is what it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from contributions.api import me
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Role
from members.models import Member
from tests import factories
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.correcting import ON, REASON, approved, credited, officers, post, was_never_a_citizen
from tests.contributions.pages import signed_in
from tests.contributions.paying import Bank
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/contributions/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def client(member: Member) -> Client:
    """Signed in as the member."""
    return signed_in(member.user).client  # type: ignore[arg-type]


def ask(client: Client, language: str = "ms", **asked: Any) -> HttpResponse:
    return client.get(URL, asked, headers={"accept-language": language})  # type: ignore[return-value]


def results(client: Client, language: str = "ms", **asked: Any) -> list[dict[str, Any]]:
    answer = ask(client, language, **asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]  # type: ignore[attr-defined]
    return found


def test_a_contribution_has_its_figures_and_why(office: Office, bank: Bank, member: Member, client: Client) -> None:
    filing = credited(office, bank, member)

    (found,) = results(client)

    assert (found["id"], found["wage_month"], found["contribution_month"], found["due_date"]) == (
        filing.rows.get().pk, "2026-10", "2026-11", "2026-11-15",
    )  # fmt: skip
    assert found["shares"] == found["filed"] == {"part": "A", "employer": "756.00", "employee": "693.00", "total": "1449.00"}
    assert (found["wages"], found["bonus"], found["standing"], found["late"], found["today"]) == ("6250.00", "0.00", "CREDITED", False, None)
    assert found["employer_number"] == office.employer.number
    assert (found["credit"]["booked_on"], found["credit"]["value_date"]) == ("2026-11-12", "2026-11-30")
    assert found["credit"]["reference"].startswith("L")
    assert found["credit"]["accounts"] == [
        {"account": "PERSARAAN", "amount": "1086.75"}, {"account": "SEJAHTERA", "amount": "217.35"}, {"account": "FLEKSIBEL", "amount": "144.90"},
    ]  # fmt: skip
    why = found["why_shares"]
    assert [step["code"] for step in why["steps"]][:2] == ["CITIZEN", "AGE_BELOW"]
    assert {"band_from": "6200.01", "band_to": "6300.00"}.items() <= next(step for step in why["steps"] if step["code"] == "BAND")["figures"].items()
    assert len(why["explanation"]) == len(why["steps"])
    assert "Warganegara Malaysia." in why["explanation"]
    assert why["citations"]
    assert why["law"] == "third_schedule@2025-10 ages@2017-01-01"
    assert found["why_accounts"]["steps"][1]["figures"]["percent"] == "0.75"
    assert found["why_value_date"]["steps"][0]["code"] == "EARNS_FROM_MONTH_END"
    assert found["corrections"] == []


def test_words_are_in_the_language_asked_for_and_steps_the_same_in_both(office: Office, bank: Bank, member: Member, client: Client) -> None:
    credited(office, bank, member)

    (malay,), (english,) = results(client), results(client, "en")

    assert "Malaysian citizen." in english["why_shares"]["explanation"]
    assert malay["why_shares"]["steps"] == english["why_shares"]["steps"]
    assert malay["why_shares"]["explanation"] != english["why_shares"]["explanation"]


def test_a_corrected_one_has_what_counts_now_what_was_filed_and_each_correction(office: Office, bank: Bank, member: Member, client: Client) -> None:
    filing = credited(office, bank, member)
    was_never_a_citizen(member)
    approved(officers(), filing)
    post()

    (found,) = results(client)

    assert (found["filed"]["total"], found["shares"]) == ("1449.00", {"part": "F", "employer": "125.00", "employee": "125.00", "total": "250.00"})
    assert found["why_shares"]["steps"][0]["code"] == "LATER_NON_CITIZEN"
    (correction,) = found["corrections"]
    assert (correction["posted_on"], correction["reason"], correction["difference"]) == ("2026-11-20", REASON, "-1199.00")
    assert (correction["then"]["total"], correction["now"]["total"]) == ("1449.00", "250.00")
    assert correction["credit"]["accounts"][0] == {"account": "PERSARAAN", "amount": "-899.25"}
    assert [step["code"] for step in correction["why"]["steps"]] == ["CORRECTED_LESS", "CORRECTED_COUNTS_FROM"]
    assert len(correction["why"]["assumptions"]) == 2
    assert correction["why"]["law"].startswith("account_split@2024-05-11")


def test_figures_that_today_s_rules_do_not_give_say_so(office: Office, bank: Bank, member: Member, client: Client) -> None:
    office.approved(borang_a.row(member), stored={"employer_share": Decimal(700)})

    (found,) = results(client)

    assert (found["shares"]["employer"], found["today"]["employer"], found["why_shares"]) == ("700.00", "756.00", None)


def test_what_is_filed_and_not_credited_is_there_without_a_credit(office: Office, member: Member, client: Client) -> None:
    office.approved(borang_a.row(member))

    (found,) = results(client)

    assert (found["standing"], found["credit"], found["why_accounts"], found["why_value_date"]) == ("FILED", None, None, None)
    assert found["why_shares"]["steps"]


def test_an_employer_s_draft_and_another_s_contribution_are_not_there(office: Office, bank: Bank, member: Member, client: Client) -> None:
    office.read(borang_a.row(member))
    credited(office, bank, office.hire(), month=WageMonth(2026, 9))

    assert results(client) == []


def test_the_year_is_that_of_the_wage_month_and_this_year_where_none_is_named(office: Office, bank: Bank, member: Member, client: Client) -> None:
    credited(office, bank, member, month=WageMonth(2025, 12), paid=date(2026, 1, 10))
    credited(office, bank, member)

    assert [found["wage_month"] for found in results(client)] == ["2026-10"]
    assert [found["wage_month"] for found in results(client, year=2025)] == ["2025-12"]
    assert results(client, year=2024) == []


def test_pages_lead_on_and_back(office: Office, bank: Bank, member: Member, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(me.NewestMonthFirst, "page_size", 2)
    months = list(WageMonth(2026, 5).through(WageMonth(2026, 9)))
    for month in months:
        credited(office, bank, member, month=month, paid=date(2026, 11, 12))

    seen, address, pages = [], f"{URL}?year=2026", 0
    while address:
        body = client.get(address).json()
        seen += [found["wage_month"] for found in body["results"]]
        address, pages = body["next"], pages + 1

    assert (seen, pages) == ([str(month) for month in reversed(months)], 3)
    assert [found["wage_month"] for found in client.get(body["previous"]).json()["results"]] == ["2026-07", "2026-06"]


def test_a_page_of_many_asks_no_more_than_a_page_of_one(
    office: Office, bank: Bank, member: Member, client: Client, django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]]
) -> None:
    counts = []
    for month in (OCTOBER, WageMonth(2026, 9), WageMonth(2026, 8)):
        credited(office, bank, member, month=month)
        with django_assert_max_num_queries(12) as asked:
            results(client)
        counts.append(len(asked))

    assert counts[0] == counts[-1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("year=26", ("year", "NOT_A_YEAR")),
        ("year=0000", ("year", "NOT_A_YEAR")),
        ("year=20x6", ("year", "NOT_A_YEAR")),
        ("year=2026&year=2025", ("year", "GIVEN_TWICE")),
        ("yaer=2026", ("yaer", "UNKNOWN_PARAMETER")),
        ("year=٢٠٢٦", ("year", "NOT_A_YEAR")),
    ],
)
def test_a_question_that_is_not_understood_is_refused(client: Client, query: str, code: tuple[str, str]) -> None:
    answer = client.get(f"{URL}?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [code]


def test_a_made_up_cursor_leads_nowhere(client: Client) -> None:
    answer = ask(client, cursor="x")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_stranger_is_asked_to_sign_in_and_nobody_else_is_let_in(office: Office, member: Member) -> None:
    stranger = Client()
    others = [signed_in(office.maker).client, as_officer(officer("penyelia7", Role.SUPERVISOR)).client]

    assert [(ask(one).status_code, ask(one)["Content-Type"]) for one in (stranger, *others)] == [
        (401, "application/problem+json"), (403, "application/problem+json"), (403, "application/problem+json"),
    ]  # fmt: skip
    assert ask(stranger)["WWW-Authenticate"] == "Session"


def test_a_sign_in_without_a_member_has_no_contributions() -> None:
    assert ask(signed_in(factories.UserFactory()).client).status_code == 404


def test_nothing_is_kept_by_a_browser_and_nothing_can_be_changed(client: Client) -> None:
    assert ask(client)["Cache-Control"] == "no-store"
    assert [client.generic(method, URL).status_code for method in ("POST", "PUT", "PATCH", "DELETE")] == [405] * 4
