"""The pages of assessments as a browser without script uses them: an inspector makes one, another signs, the employer pays or objects."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.enums import AssessmentState
from contributions.models import Assessment, AssessmentPaper, Filing
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.models import Member
from tests import factories
from tests.contributions.assessed import GROUNDS, LATE, PAPER, Desk
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.pages import Person, signed_in, text_of
from tests.contributions.test_late_charges import run
from tests.contributions.test_pages_corrections import as_officer, officer
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
LIST = "/staff/assessments/"
NEW = f"{LIST}new/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: LATE)
    yield
    clock.use_source(before)


@pytest.fixture
def desk() -> Desk:
    return Desk.of_two()


@pytest.fixture
def member(office: Office) -> Member:
    member = office.hire()
    office.approved(borang_a.row(member), wage_month=OCTOBER.previous())
    return member


def begin(person: Person, office: Office, **more: str) -> str:
    """The address of a draft of October."""
    fields = {"employer_number": office.employer.number, "first": "2026-10", "last": "2026-10", "source": "LAST_WAGES", "grounds": GROUNDS, **more}
    answer = person.post(NEW, **fields)
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_made_signed_served_and_read_by_the_employer(office: Office, member: Member, desk: Desk) -> None:
    maker, signer, checker = as_officer(desk.maker), as_officer(desk.signer), signed_in(office.checker)
    assert "Tiada taksiran" in text_of(maker.get(LIST))
    assert "Tiada taksiran" in text_of(checker.get("/employer/assessments/"))
    address = begin(maker, office)
    page = maker.get(address)
    assert "RM 1,449.00" in text_of(page)
    assert 'value="sign"' not in page.content.decode()
    assert maker.post(f"{address}decide/", action="propose").status_code == 302
    assert maker.post(f"{address}decide/", action="propose").status_code == 302, "a second click"
    assert maker.post(f"{address}decide/", action="sign", total="1449").status_code == 403
    assert checker.get(f"/employer/assessments/{Assessment.objects.get().pk}/").status_code == 404, "nobody knows of it yet"

    assert 'name="total" value="1449.00"' in signer.get(address).content.decode()
    assert signer.post(f"{address}decide/", action="sign", total="1000.00").status_code == 409
    assert signer.post(f"{address}decide/", action="sign", total="banyak").status_code == 400
    assert signer.post(f"{address}decide/", action="sign", total="1449.00").status_code == 302
    assert signer.post(f"{address}decide/", action="sign", total="1449.00").status_code == 302, "a second click"

    found = Assessment.objects.get()
    own = f"/employer/assessments/{found.pk}/"
    said = text_of(checker.get(own))
    for words in ("KWSP 7 (Borang E)", "KWSP 8 (Borang F)", GROUNDS, member.name, "RM 1,470.57", "RM 14.00", "RM 7.57"):
        assert words in said, words
    assert f"/employer/filings/{found.filing_id}/pay/" in checker.get(own).content.decode()
    assert "Bayar dengan KWSP 8 (Borang F)" in text_of(checker.get(f"/employer/filings/{found.filing_id}/pay/"))
    assert "Ditaksir oleh KWSP" in text_of(checker.get(f"/employer/filings/{found.filing_id}/"))
    assert "batal" not in checker.get(f"/employer/filings/{found.filing_id}/").content.decode().lower()
    assert checker.get(f"/employer/filings/{found.filing_id}/cancel/").status_code == 200
    assert own in checker.get("/employer/assessments/").content.decode()
    assert own not in signed_in(office.maker).get("/employer/arrears/").content.decode()
    assert "/employer/assessments/" in checker.get("/employer/arrears/").content.decode()
    assert "KWSP 7" in text_of(checker.get("/employer/inbox/"))
    assert "KWSP 7" in text_of(signer.get(f"{address}kwsp-7/"))
    assert AuditEvent.objects.filter(action="assessment.view", subjects__contains=[office.employer.subject]).exists()


def test_rows_by_hand_and_from_a_file(office: Office, member: Member, desk: Desk) -> None:
    maker = as_officer(desk.maker)
    address = begin(maker, office, source="WRITTEN")
    assert "Belum ada baris" in text_of(maker.get(address))
    row = f"{address}rows/new/"
    assert maker.get(row).status_code == 200
    answer = maker.post(row, name="", wages="banyak")
    assert (answer.status_code, "banyak" in text_of(answer)) == (422, True)
    assert maker.post(row, name="A", identity_number="010203145555", wages="100", bonus="200").status_code == 422
    person = {"name": member.name, "member_number": member.number, "identity_number": member.identity_number}
    assert maker.post(row, **person, wages="RM 6,250.00").status_code == 302
    for _second_click in range(2):
        assert maker.post(row, name="Orang Baharu", identity_number="010203-14-5555", wages="3000").status_code == 302
    assert Assessment.objects.get().rows.count() == 2
    page = text_of(maker.get(address))
    for words in ("Ke akaun tergantung", "Andaian", "RM 2,169.00"):
        assert words in page, words
    for _second_click in range(2):
        assert maker.post(f"{address}rows/2/", action="remove").status_code == 302
    assert maker.post(f"{address}rows/2/", name="Orang Baharu", identity_number="010203-14-5555", wages="3000").status_code == 404
    assert maker.get(f"{address}rows/2/").status_code == 404

    def upload(content: bytes) -> object:
        return maker.post(f"{address}file/", file=SimpleUploadedFile("upah.csv", content, "text/csv"))

    assert maker.post(f"{address}file/").status_code == 422
    bad = upload(borang_a.file(borang_a.row(member, wages="banyak")))
    assert (bad.status_code, "banyak" in text_of(bad)) == (422, True)  # type: ignore[attr-defined, arg-type]
    assert upload(b"%PDF-1.4").status_code == 422  # type: ignore[attr-defined]
    assert upload(borang_a.file(borang_a.row(member, wages="3000.00"))).status_code == 302  # type: ignore[attr-defined]
    assert "RM 720.00" in text_of(maker.get(address))
    other = as_officer(desk.signer)
    assert other.post(row, name="X", identity_number="010203145555", wages="1").status_code == 403
    assert "Hanya pegawai yang membuatnya" in text_of(other.get(f"{address}file/"))


def test_what_must_be_mended_stands_first_whatever_page_its_row_is_on(
    office: Office, member: Member, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contributions.selectors.assessments.ROWS_A_PAGE", 1)
    maker = as_officer(desk.maker)
    address = begin(maker, office, source="WRITTEN")
    person = {"name": member.name, "member_number": member.number, "identity_number": member.identity_number}
    assert maker.post(f"{address}rows/new/", **person, wages="6250").status_code == 302
    assert "Baris yang perlu dibetulkan" not in text_of(maker.get(address))
    assert maker.post(f"{address}rows/new/", name="Orang Tanpa Upah", identity_number="010203145555").status_code == 302

    said = text_of(maker.get(address))

    assert "Baris yang perlu dibetulkan Orang Tanpa Upah Belum ada upah" in said
    assert f"{address}rows/2/" in maker.get(address).content.decode()


def test_begun_twice_it_is_the_same_draft_and_another_officer_is_told_of_it(office: Office, member: Member, desk: Desk) -> None:
    maker = as_officer(desk.maker)

    assert begin(maker, office) == begin(maker, office)

    fields = {"employer_number": office.employer.number, "first": "2026-10", "last": "2026-10", "source": "LAST_WAGES", "grounds": GROUNDS}
    for person, changed in ((maker, {"grounds": "Lain"}), (as_officer(desk.signer), {})):
        assert person.post(NEW, **fields | changed).status_code == 409
    assert Assessment.objects.count() == 1


def test_what_cannot_be_begun_is_said_beside_its_field(office: Office, member: Member, desk: Desk) -> None:
    maker = as_officer(desk.maker)
    good = {"employer_number": office.employer.number, "first": "2026-10", "last": "2026-10", "source": "LAST_WAGES", "grounds": GROUNDS}
    for change, words in (
        ({"employer_number": "99999999"}, "99999999"),
        ({"first": "Oktober"}, "Oktober"),
        ({"last": "2026-12"}, "15 Jan 2027"),
        ({"grounds": ""}, "majikan membacanya"),
        ({"last": "2026-09"}, "paling banyak"),
    ):
        answer = maker.post(NEW, **{**good, **change})
        assert (answer.status_code, words in text_of(answer)) == (422, True), change
    begin(maker, office)
    assert as_officer(desk.signer).post(NEW, **good).status_code == 409


def test_objected_to_with_a_document_and_answered(office: Office, member: Member, desk: Desk) -> None:
    found = desk.served(office)
    checker, signer, maker = signed_in(office.checker), as_officer(desk.signer), as_officer(desk.maker)
    own, address = f"/employer/assessments/{found.pk}/", f"{LIST}{found.pk}/"
    assert "object/" in checker.get(own).content.decode()
    assert "object/" not in signed_in(office.maker).get(own).content.decode()
    assert checker.post(f"{own}object/", reason="Dia sudah berhenti").status_code == 422

    def send(person: Person) -> int:
        paper = SimpleUploadedFile(PAPER.name, PAPER.content, "application/pdf")
        return person.post(f"{own}object/", reason="Dia sudah berhenti", papers=paper).status_code

    assert send(signed_in(office.maker)) == 403
    assert send(checker) == 302
    assert send(checker) == 302, "a second click"
    assert AssessmentPaper.objects.count() == 1
    paper = AssessmentPaper.objects.get().pk
    assert checker.get(f"{own}papers/{paper}/").content == PAPER.content
    assert signer.get(f"{address}papers/{paper}/").content == PAPER.content
    assert "Dia sudah berhenti" in text_of(signer.get(address))
    assert 'value="uphold"' not in maker.get(address).content.decode()
    assert signer.post(f"{address}decide/", action="uphold", reason="").status_code == 422
    assert signer.post(f"{address}decide/", action="amend", reason="Upah lain").status_code == 302

    made = Assessment.objects.latest("pk")
    assert (made.replaces_id, made.state) == (found.pk, AssessmentState.DRAFT)
    assert signer.post(f"{LIST}{made.pk}/decide/", action="discard").status_code == 302
    assert signer.post(f"{address}decide/", action="withdraw", reason="Benar").status_code == 302
    assert "tidak lagi terhutang" in text_of(checker.get(own))
    assert Filing.objects.get(pk=found.filing_id).state == "DISCARDED"


def test_from_the_case_of_a_month_that_was_not_filed(office: Office, member: Member, desk: Desk) -> None:
    clock.use_source(lambda: LATE.replace(month=11, day=21))
    run(LATE.replace(month=11, day=21))
    person = as_officer(desk.maker)
    page = person.get("/staff/payments/").content.decode()
    assert LIST in page
    matter = page.partition('href="/staff/payments/')[2]
    link = f"{NEW}?employer={office.employer.number}&amp;wage_month=2026-10"
    pages = [person.get(f"/staff/payments/{number}/").content.decode() for number in _numbers(page)]
    assert matter
    assert any(link in one for one in pages)
    assert 'value="2026-10"' in person.get(link.replace("&amp;", "&")).content.decode()


def _numbers(page: str) -> list[str]:
    return [part.partition("/")[0] for part in page.split('href="/staff/payments/')[1:] if part.partition("/")[0].isdigit()]


def test_another_employer_s_is_the_same_404_as_none(office: Office, member: Member, desk: Desk) -> None:
    found = desk.served(office)
    stranger = signed_in(factories.RepresentativeFactory(checker=True).user)

    for path in ("", "object/", "papers/1/"):
        assert stranger.get(f"/employer/assessments/{found.pk}/{path}").status_code == 404
    clerk = as_officer(officer("kaunter9", Role.COUNTER_OFFICER))
    assert clerk.get(f"{LIST}{found.pk}/").status_code == 403
