"""What people told us reads wrongly, each as it should read; and that rows with faults never go on, whatever is sent (docs/decisions.md)."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.borang_a.problem import Code
from contributions.enums import FilingAction, FilingState
from contributions.models import Filing, FilingLog, FilingRow
from contributions.selectors import filings as selectors
from contributions.services import filing as services
from kwsp_portal.common import clock
from tests import factories
from tests.contributions import pages, paying
from tests.contributions.conftest import ON, Office
from tests.factories import borang_a

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


def codes(row: FilingRow) -> list[str]:
    return [problem["code"] for problem in row.problems]


@pytest.mark.parametrize(("prefix", "words"), [("", "orang dalam rekod pekerja anda"), ("/en", "a person on your record of employees")])
def test_for_somebody_not_on_record_sentence_and_column_expect_the_same(office: Office, prefix: str, words: str) -> None:
    stranger = factories.MemberFactory()
    filing = office.read(borang_a.row(stranger))

    text = pages.text_of(pages.signed_in(office.maker, prefix).get(pages.address(filing)))

    assert text.count(words) == 2 * len(filing.rows.get().problems), text


@pytest.mark.parametrize("bad", ["8501?1141234", "850101/14/1234", "850101_14_1234"])
def test_an_identity_number_without_its_form_is_one_problem(office: Office, bad: str) -> None:
    member = office.hire()
    [row] = office.read(borang_a.row(member).replace(member.identity_number, bad)).rows.all()

    assert codes(row) == [Code.IDENTITY_FORM]


def test_a_member_number_without_its_form_is_one_problem(office: Office) -> None:
    member = office.hire()
    [row] = office.read(borang_a.row(member).replace(member.number, "1234567890123", 1)).rows.all()

    assert codes(row) == [Code.MEMBER_NUMBER_FORM]


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_member_twice_is_told_though_one_row_has_another_name(office: Office, wrong: int) -> None:
    member = office.hire(name="Ali bin Abu")
    rows = [borang_a.row(member), borang_a.row(member)]
    rows[wrong] = rows[wrong].replace(member.name, "Somebody Else")

    found = [codes(row) for row in office.read(*rows).rows.order_by("line")]

    assert all(Code.MEMBER_TWICE in problems for problems in found), found


def test_a_discarded_filing_counts_as_many_employees_as_the_list(office: Office) -> None:
    good, bad = office.hire(), office.hire()
    filing = office.read(borang_a.row(good), borang_a.row(bad, "6250.00", "1", "1"))
    services.discard(filing_id=filing.pk, by=office.maker, on=ON)

    text = pages.text_of(pages.signed_in(office.maker).get(pages.address(filing)))

    assert "Bilangan pekerja 2" in text
    assert "Baris sah 1" in text


def test_a_payment_belongs_to_the_payments_in_the_menu(office: Office) -> None:
    filing = office.approved()
    payment = paying.start(filing, office.checker)

    page = pages.signed_in(office.checker).get(f"/employer/payments/{payment.order_no}/").content.decode()

    assert page.count('aria-current="page"') == 1
    assert 'href="/employer/payments/" aria-current="page"' in page


def test_home_counts_for_approval_only_what_this_person_may_approve(office: Office) -> None:
    """Somebody who submitted what another prepared approves it no more than who prepared it."""
    both = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    filing = pages.ready(office)
    services.submit(filing_id=filing.pk, by=both, declaration=True, on=ON)

    assert selectors.employer_summary(employer=office.employer, by=both, on=ON).to_approve == 0
    assert selectors.employer_summary(employer=office.employer, by=office.checker, on=ON).to_approve == 1
    assert FilingLog.objects.get(filing=filing, action=FilingAction.SUBMIT).by == both


@pytest.mark.parametrize(("prefix", "words"), [("", "Halaman ini tidak dibuka dengan cara ini"), ("/en", "This page is not opened this way")])
def test_an_address_that_only_takes_forms_says_so(office: Office, prefix: str, words: str) -> None:
    filing = office.approved()
    payment = paying.start(filing, office.checker)

    answer = pages.signed_in(office.checker, prefix).get(f"/employer/payments/{payment.order_no}/ask/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert words in pages.text_of(answer)


@pytest.mark.parametrize(("prefix", "words"), [("", "bersaiz 2.0 MB. Had ialah 1 MB."), ("/en", "2.0 MB")])
def test_a_file_too_large_is_refused_on_the_page_with_its_form(office: Office, settings: object, prefix: str, words: str) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    file = SimpleUploadedFile("besar.csv", b"x" * (2 * 1024 * 1024))

    answer = pages.signed_in(office.maker, prefix).client.post(f"{prefix}{pages.NEW}?wage_month=2026-08", {"file": file, "wage_month": "2026-08"})

    assert answer.status_code == 413
    assert words in pages.text_of(answer)
    assert 'enctype="multipart/form-data"' in answer.content.decode()
    assert '<input type="hidden" name="wage_month" value="2026-08">' in answer.content.decode()
    assert pages.title_of(answer).startswith(("Ralat:", "Error:"))
    assert not Filing.objects.exists()


# Faults of rows are found by the worker, after the upload was answered: so nothing that is asked of such a filing afterwards succeeds.

FAULTS = {
    "negative wages": ("-1.00", "0", "0"),
    "NaN": ("NaN", "0", "0"),
    "three decimals": ("6250.005", "756", "693"),
    "a formula": ("=1+1", "756", "693"),
    "shares with sen": ("6250.00", "755.50", "693"),
    "exact percentage": ("6250.00", "750", "688"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_filing_with_bad_rows_cannot_be_sent_on_by_any_page(office: Office, fault: str, prefix: str) -> None:
    filing = office.read(borang_a.row(office.hire(), *FAULTS[fault]))
    assert filing.state == FilingState.FAULTY
    maker, checker = pages.signed_in(office.maker, prefix), pages.signed_in(office.checker, prefix)

    answers = {
        "submit": maker.post(pages.address(filing, "submit"), declaration="on"),
        "approve": checker.post(pages.address(filing, "decide"), action="approve"),
        "return": checker.post(pages.address(filing, "decide"), action="return", comment="Betulkan"),
        "pay": checker.post(pages.address(filing, "pay"), bank="MB2U0227"),
    }

    assert {act: answer.status_code for act, answer in answers.items()} == dict.fromkeys(answers, 409)
    words = "tidak boleh dibuat lagi" if not prefix else "cannot be done any more"
    left = "Ada baris yang salah" if not prefix else "Some rows are wrong"
    said = dict.fromkeys(answers, words) | {"submit": left}
    assert [act for act, answer in answers.items() if said[act] not in pages.text_of(answer)] == []
    stands = Filing.objects.get(pk=filing.pk)
    assert (stands.state, stands.payments.count(), [entry.action for entry in stands.log.all()]) == ("FAULTY", 0, ["READ_FAULTY"])


def test_a_filing_with_bad_rows_shows_every_fault_with_found_and_expected(office: Office) -> None:
    filing = office.read(*[borang_a.row(office.hire(), *fault) for fault in FAULTS.values()])

    text = pages.text_of(pages.signed_in(office.maker).get(pages.address(filing)))

    assert text.count("itemui") >= len(FAULTS)
    assert filing.rows_invalid == len(FAULTS)
