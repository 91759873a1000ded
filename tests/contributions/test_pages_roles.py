"""Who may do what over HTTP: roles, own work, other employers, second clicks; and what a page costs."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.services import filing as filings
from kwsp_portal.common import clock
from members.identity.models import Challenge, User
from tests import factories
from tests.contributions import pages
from tests.contributions.conftest import ON, Office
from tests.contributions.pages import Person
from tests.factories import borang_a, leave
from tests.factories.leave import digits_of

MOST_QUERIES = 12
PAGES = ("", "submit", "decide", "discard", "reread", "pay", "rows/2")


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maker(office: Office) -> Person:
    return pages.signed_in(office.maker)


@pytest.fixture
def checker(office: Office) -> Person:
    return pages.signed_in(office.checker)


@pytest.fixture
def administrator(office: Office) -> User:
    user: User = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    return user


def submitted(office: Office, by: User | None = None) -> Filing:
    filing = pages.ready(office)
    filings.submit(filing_id=filing.pk, by=by or office.maker, declaration=True, on=ON)
    return Filing.objects.get(pk=filing.pk)


def state_of(filing: Filing) -> str:
    return Filing.objects.get(pk=filing.pk).state


def moves_of(filing: Filing) -> list[str]:
    return list(filing.log.values_list("action", flat=True))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("act", PAGES)
def test_another_employer_s_filing_is_the_same_404_as_one_that_does_not_exist(
    maker: Person, make_office: Callable[[], Office], method: str, act: str
) -> None:
    foreign = pages.ready(make_office())
    absent = foreign.pk + 1_000

    answers = [getattr(maker, method)(f"/employer/filings/{pk}/{act}/".replace("//", "/")) for pk in (foreign.pk, absent)]

    assert [answer.status_code for answer in answers] == ([404, 404] if act not in {"", "rows/2"} or method == "get" else [405, 405])
    assert _without_numbers(answers[0], foreign.pk) == _without_numbers(answers[1], absent)
    assert state_of(foreign) == FilingState.READY


@pytest.mark.parametrize("path", ["filings/0/", f"filings/{10**30}/", f"filings/1/rows/{10**30}/", f"payments/{'A' * 300}/", "payments/a-b_c/"])
def test_an_address_that_cannot_exist_is_a_404(maker: Person, path: str) -> None:
    assert maker.get(f"/employer/{path}").status_code == 404


def _without_numbers(answer: HttpResponse, pk: int) -> str:
    """The page without its reference, its nonces and the address that was asked."""
    page = answer.content.decode().replace(answer["X-Request-ID"], "").replace(f"/filings/{pk}/", "/filings//")
    return re.sub(r'nonce="[^"]*"', "", page)


def test_the_submit_button_names_the_act_the_month_and_the_amount(office: Office, maker: Person) -> None:
    filing = pages.ready(office)

    answer = maker.get(pages.address(filing, "submit"))

    assert pages.actions_of(answer) == ["Batal", "Hantar Borang A Oktober 2026 – RM 1,449.00"]


def test_without_the_declaration_nothing_is_sent(office: Office, maker: Person) -> None:
    filing = pages.ready(office)

    answer = maker.post(pages.address(filing, "submit"))

    assert answer.status_code == 422
    assert pages.title_of(answer).startswith("Ralat:")
    assert pages.text_of(answer).count("Tandakan pengakuan sebelum menghantar") == 2
    assert state_of(filing) == FilingState.READY


def test_a_second_click_on_submit_shows_the_outcome_and_does_nothing_twice(office: Office, maker: Person) -> None:
    filing = pages.ready(office)

    answers = [maker.post(pages.address(filing, "submit"), declaration="on") for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, pages.address(filing))] * 2
    assert moves_of(filing).count(FilingAction.SUBMIT) == 1


def test_a_second_click_on_approve_owes_once(office: Office, checker: Person) -> None:
    filing = submitted(office)

    first = checker.coded(pages.address(filing, "decide"), action="approve")
    answers = [first, checker.post(pages.address(filing, "decide"), action="approve", tac=digits_of(Challenge.objects.get()))]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert moves_of(filing).count(FilingAction.APPROVE) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE kind = 1 AND ref = %s", [filing.pk])
        assert cursor.fetchone() == (1,)


def test_what_a_colleague_already_did_is_said_with_the_present_state(office: Office, administrator: User) -> None:
    filing = submitted(office)
    pages.signed_in(administrator).coded(pages.address(filing, "decide"), action="approve")

    answer = pages.signed_in(office.checker).post(pages.address(filing, "decide"), action="return", comment="Semak semula")

    text = pages.text_of(answer)
    assert answer.status_code == 409
    assert pages.title_of(answer).startswith("Ralat:")
    assert "rakan sekerja" in text
    assert "Menunggu bayaran" in text
    assert administrator.name in text
    assert pages.actions_of(answer) == []
    assert state_of(filing) == FilingState.APPROVED


def test_nobody_approves_what_they_made_whatever_they_send(office: Office, administrator: User) -> None:
    person = pages.signed_in(administrator)
    person.upload(borang_a.file(borang_a.row(office.hire())))
    filing = Filing.objects.get()
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.SUBMITTED, rows_total=1, rows_valid=1, employer_total=75600, employee_total=69300)

    page, answer = person.get(pages.address(filing, "decide")), person.post(pages.address(filing, "decide"), action="approve")

    assert pages.actions_of(page) == []
    assert pages.actions_of(person.get(pages.address(filing))) == ["Tarik balik", "Tambah orang yang tertinggal"]
    assert answer.status_code == 403
    assert "Orang lain mesti meluluskan" in pages.text_of(answer)
    assert state_of(filing) == FilingState.SUBMITTED


def test_whoever_declared_it_may_not_approve_it_either(office: Office, administrator: User) -> None:
    filing = submitted(office, by=administrator)

    assert pages.signed_in(administrator).post(pages.address(filing, "decide"), action="approve").status_code == 403
    assert state_of(filing) == FilingState.SUBMITTED


def test_a_maker_neither_approves_nor_returns_nor_pays(office: Office, maker: Person) -> None:
    filing = submitted(office, by=factories.RepresentativeFactory(employer=office.employer).user)

    for fields in ({"action": "approve"}, {"action": "return", "comment": "x"}):
        assert maker.post(pages.address(filing, "decide"), **fields).status_code == 403
    assert pages.actions_of(maker.get(pages.address(filing))) == ["Tarik balik", "Tambah orang yang tertinggal"]
    assert state_of(filing) == FilingState.SUBMITTED


def test_a_checker_gets_words_instead_of_a_form_and_cannot_send(office: Office, checker: Person) -> None:
    page = checker.get(pages.NEW)
    answer = checker.upload(borang_a.file(borang_a.row(office.hire())))

    assert page.status_code == 200
    assert "Penyedia yang menghantar Borang A" in pages.text_of(page)
    assert 'type="file"' not in page.content.decode()
    assert answer.status_code == 403
    assert "Peranan anda tidak membenarkan" in pages.text_of(answer)
    assert not Filing.objects.exists()


def test_buttons_are_those_of_the_person_and_the_state(office: Office, maker: Person, checker: Person) -> None:
    filing = pages.ready(office)
    assert pages.actions_of(maker.get(pages.address(filing))) == ["Buang", "Semak dan hantar", "Semak semula dengan pilihan terkini"]
    assert pages.actions_of(checker.get(pages.address(filing))) == []

    maker.post(pages.address(filing, "submit"), declaration="on")
    assert pages.actions_of(maker.get(pages.address(filing))) == ["Tarik balik", "Tambah orang yang tertinggal"]
    assert pages.actions_of(checker.get(pages.address(filing))) == ["Semak dan luluskan"]

    checker.post(pages.address(filing, "decide"), action="return", comment="Gaji Aminah belum betul")
    page = maker.get(pages.address(filing))
    assert pages.actions_of(page) == ["Buang", "Semak dan hantar", "Semak semula dengan pilihan terkini"]
    assert "Gaji Aminah belum betul" in pages.text_of(page)

    maker.post(pages.address(filing, "submit"), declaration="on")
    checker.coded(pages.address(filing, "decide"), action="approve")
    assert pages.actions_of(checker.get(pages.address(filing))) == ["Batalkan Borang A", "Bayar RM 1,449.00"]
    assert pages.actions_of(maker.get(pages.address(filing))) == ["Tambah orang yang tertinggal"]


def test_returning_needs_words_and_keeps_the_page(office: Office, checker: Person) -> None:
    filing = submitted(office)

    for comment in ("", "   \n"):
        answer = checker.post(pages.address(filing, "decide"), action="return", comment=comment)
        assert answer.status_code == 422
        assert 'href="#id_comment"' in answer.content.decode()
    assert state_of(filing) == FilingState.SUBMITTED


@pytest.mark.parametrize("action", ["", "APPROVE", "pay", "approve "])
def test_a_decision_that_is_none_decides_nothing(office: Office, checker: Person, action: str) -> None:
    filing = submitted(office)

    assert checker.post(pages.address(filing, "decide"), action=action).status_code == 400
    assert state_of(filing) == FilingState.SUBMITTED


def test_the_approver_sees_the_difference_from_the_month_before(office: Office, checker: Person) -> None:
    staying, leaving, joining = office.hire(), office.hire(), office.hire()
    earlier = office.approved(borang_a.row(staying), borang_a.row(leaving), wage_month=pages.OCTOBER.previous())
    filing = office.read(borang_a.row(staying, "6350.00", "768", "704"), borang_a.row(joining))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

    text = pages.text_of(checker.get(pages.address(filing, "decide")))

    assert earlier.rows_total == 2
    assert "Berbanding September 2026" in text
    assert "2,898.00 2,921.00 +23.00" in text
    assert "Baharu sejak September 2026: 1 orang. Tiada lagi bulan ini: 1 orang." in text


def test_discarding_asks_first_frees_the_month_and_says_so(office: Office, maker: Person) -> None:
    filing = pages.ready(office)

    asked = maker.get(pages.address(filing, "discard"))
    assert pages.actions_of(asked) == ["Batal", "Buang Borang A"]
    assert state_of(filing) == FilingState.READY

    answers = [maker.post(pages.address(filing, "discard")) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{pages.NEW}?wage_month=2026-10"] * 2
    assert state_of(filing) == FilingState.DISCARDED
    assert "telah dibuang" in pages.text_of(maker.get(f"{pages.NEW}?wage_month=2026-10"))


def test_a_row_explains_its_figures(office: Office, maker: Person) -> None:
    filing = pages.ready(office)

    text = pages.text_of(maker.get(pages.address(filing, "rows/2")))

    for words in ("RM 6,250.00", "RM 756.00", "RM 693.00", "Bahagian A", "Mengapa angka ini?", "Rujukan"):
        assert words in text
    assert maker.get(pages.address(filing, "rows/3")).status_code == 404


def test_the_list_is_filtered_by_state_and_forgives_nonsense(office: Office, maker: Person) -> None:
    pages.ready(office)

    assert "Oktober 2026" in pages.text_of(maker.get("/employer/filings/?state=READY"))
    assert "Tiada Borang A di sini" in pages.text_of(maker.get("/employer/filings/?state=SUBMITTED"))
    assert "Oktober 2026" in pages.text_of(maker.get("/employer/filings/?state=%5B%5D&page=x"))


def test_members_and_officers_have_no_employer_s_pages(office: Office) -> None:
    filing = pages.ready(office)
    member = pages.signed_in(factories.UserFactory())

    for path in ("/employer/", "/employer/filings/", pages.NEW, pages.address(filing), "/employer/template.csv"):
        assert member.get(path).status_code == 403


def test_a_removed_representative_sees_nothing(office: Office, maker: Person) -> None:
    filing = pages.ready(office)
    office.employer.representatives.filter(user=office.maker).update(removed_on=ON)

    assert maker.get(pages.address(filing)).status_code == 404
    home = maker.get("/employer/")
    assert home.status_code == 404
    assert 'href="/security/"' in home.content.decode()
    assert 'href="/security/activity/"' in home.content.decode()


def run_of(person: Person, path: str) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as queries:
        assert person.get(path).status_code == 200
    return queries


def test_the_home_and_every_state_of_the_filing_page_stay_within_the_budget(office: Office, maker: Person, checker: Person) -> None:
    found: dict[str, int] = {}

    def ask(name: str, path: str) -> None:
        for who, person in (("maker", maker), ("checker", checker)):
            found[f"{name} {who}"] = len(run_of(person, path))

    ask("home", "/employer/")
    faulty = office.read(*[borang_a.row(office.hire(), employer="1") for _ in range(30)])
    ask("faulty", pages.address(faulty))
    filings.discard(filing_id=faulty.pk, by=office.maker, on=ON)
    filing = office.read(*[borang_a.row(office.hire()) for _ in range(30)])
    ask("ready", pages.address(filing))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
    ask("submitted", pages.address(filing))
    filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Semak", on=ON)
    ask("returned", pages.address(filing))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
    leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
    ask("approved", pages.address(filing))
    ask("list", "/employer/filings/")

    assert {name: count for name, count in found.items() if count > MOST_QUERIES} == {}


def test_looking_changes_nothing(office: Office, maker: Person, checker: Person) -> None:
    filing = submitted(office)
    # A template is a download, which the log keeps (tests/frame/test_seen_and_taken.py).
    paths: list[Any] = ["/employer/", "/employer/filings/", pages.NEW, *(pages.address(filing, act) for act in PAGES)]

    for person in (maker, checker):
        for path in paths:
            written = [
                query["sql"] for query in run_of(person, path) if not query["sql"].lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
            ]
            assert written == [], path
