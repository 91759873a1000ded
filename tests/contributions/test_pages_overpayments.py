"""KWSP 14 over HTTP: the employer's maker and checker, two officers, and what each of them and the member reads."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.models import Filing, Overpayment
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.models import Challenge
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, Officers, credited, post
from tests.contributions.crediting import savings
from tests.contributions.pages import actions_of, signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_pages_wrong_credits import as_officer, officer
from tests.factories import leave

pytestmark = pytest.mark.django_db
REASON = "Gaji tersalah taip dalam sistem kami."
MINE = "/employer/overpayments/"
ALL = "/staff/overpayments/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def people(db: None) -> Officers:
    return Officers(officer("penyelia9", Role.SUPERVISOR), officer("pemeriksa9", Role.INSPECTOR))


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def filing(office: Office, bank: Bank, member: Member) -> Filing:
    return credited(office, bank, member)


def approve(office: Office) -> None:
    """The checker sends the only one to KWSP."""
    leave.apply(overpayment_id=Overpayment.objects.get().pk, by=office.checker, on=ON)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("slip.pdf", b"%PDF-1.4 slip gaji", content_type="application/pdf")


def asked(member: Member, wages: str = "3000") -> dict[str, object]:
    return {"why": "WAGES", "how": "REFUND", "rows": f"{member.number}, {wages}", "reason": REASON, "document": paper()}


def test_from_the_month_to_the_money_that_is_held(filing: Filing, people: Officers, member: Member, office: Office) -> None:
    maker, checker = signed_in(office.maker), signed_in(office.checker)
    new = f"/employer/filings/{filing.pk}/overpayment/"
    assert "Tiada permohonan KWSP 14" in text_of(maker.get(MINE))
    assert "Terlebih bayar? Mohon bayaran balik (KWSP 14)" in text_of(maker.get(f"/employer/filings/{filing.pk}/"))
    assert "12 Nov 2028" in text_of(maker.get(new))

    made = maker.post(new, **asked(member))
    page = text_of(maker.get(made["Location"]))
    for words in (member.name, member.number, "6,250.00", "3,000.00", "1,449.00", "720.00", "729.00", REASON):
        assert words in page
    address = made["Location"]
    assert maker.post(address, action="submit").status_code == 302
    assert "Orang lain mesti meluluskan" in text_of(maker.get(address))
    assert maker.post(address, action="approve").status_code == 403
    assert "Hantar kod TAC" in text_of(checker.get(address))
    assert checker.post(address, action="approve", tac="").status_code == 422
    assert "Luluskan: hantar permohonan RM 729.00 kepada KWSP" in text_of(checker.post(address, tac_send="1"))
    digits = leave.digits_of(Challenge.objects.latest("pk"))
    wrong = checker.post(address, action="approve", tac=f"{(int(digits) + 1) % 1_000_000:06d}")
    assert (wrong.status_code, Overpayment.objects.get().state) == (422, "SUBMITTED")
    for _ in range(2):
        assert checker.post(address, action="approve", tac=digits).status_code == 302
    late = maker.post(address, action="discard")
    assert late.status_code == 409
    assert "rakan sekerja mungkin sudah membuatnya" in text_of(late)
    assert "Sedang diperiksa KWSP" in text_of(checker.get(MINE))

    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector, "/en")
    assert "Permohonan KWSP 14 (1)" in text_of(supervisor.get("/staff/corrections/"))
    found = Overpayment.objects.get()
    desk, decide = f"{ALL}{found.pk}/", f"{ALL}{found.pk}/decide/"
    assert office.employer.name in text_of(supervisor.get(ALL))
    assert supervisor.post(decide, action="put_forward", reason="").status_code == 422
    for _ in range(2):
        assert supervisor.post(decide, action="put_forward", reason=REASON).status_code == 302
    page = text_of(supervisor.get(desk))
    assert "Menunggu pegawai lain" in page
    assert re.search(r"Pembetulan\s+1\s", page), "one thing waits, as a correction: it is counted once"
    assert supervisor.post(decide, action="approve").status_code == 403
    assert "Approve: take back RM 729.00" in actions_of(inspector.get(desk))
    for _ in range(2):
        assert inspector.post(decide, action="approve").status_code == 302
    assert supervisor.post(decide, action="refuse", comment="x").status_code == 409

    assert post().failed == 0
    assert sum(savings(member).values()) == 72_000
    page = text_of(checker.get(address))
    assert "Wang ini menunggu akaun bank majikan" in page
    assert "Diambil balik" in page
    assert member.user is not None
    page = text_of(signed_in(member.user, "/en").get(f"/member/contributions/{filing.rows.get().pk}/"))
    assert REASON in page
    assert "3,000.00" in page, "the wages that were right"
    assert invariants.broken() == []


def test_what_is_missing_or_wrong_is_said_with_the_answers_kept(filing: Filing, member: Member, office: Office) -> None:
    maker, address = signed_in(office.maker), f"/employer/filings/{filing.pk}/overpayment/"

    for fields, words in (
        ({**asked(member), "why": ""}, "Pilih satu"),
        ({key: value for key, value in asked(member).items() if key != "how"}, "Pilih satu"),
        ({**asked(member), "rows": "Ali, 3000"}, "Ditemui “Ali, 3000”, dijangka nombor ahli 8 angka"),
        ({**asked(member), "rows": "99999999, 3000"}, "99999999: tiada satu baris sah"),
        (asked(member, "6250"), "dijangka kurang daripada RM 1,449.00"),
        ({key: value for key, value in asked(member).items() if key != "document"}, "Lampirkan dokumen"),
    ):
        answer = maker.post(address, **fields)
        assert answer.status_code == 422, words
        assert words in text_of(answer)
        assert REASON in answer.content.decode()
    assert not Overpayment.objects.exists()


def test_sent_back_put_away_and_of_another_employer(filing: Filing, member: Member, office: Office, make_office: object) -> None:
    maker, checker = signed_in(office.maker), signed_in(office.checker, "/en")
    address = maker.post(f"/employer/filings/{filing.pk}/overpayment/", **asked(member))["Location"]
    maker.post(address, action="submit")
    assert checker.post(address, action="send_back", comment="").status_code == 422
    assert checker.post(address, action="send_back", comment="Check the payslip.").status_code == 302
    assert "Check the payslip." in text_of(maker.get(address))
    assert maker.post(address, action="discard").status_code == 302
    assert "Dibuang" in text_of(maker.get(MINE))
    assert maker.get(f"{address}document/").content == b"%PDF-1.4 slip gaji"

    stranger = signed_in(make_office().checker)  # type: ignore[operator]
    assert stranger.get(address).status_code == 404
    assert as_officer(officer("penyelia8", Role.SUPERVISOR)).get(f"{ALL}{Overpayment.objects.get().pk}/").status_code == 404, "never sent to KWSP"


def test_an_auditor_reads_and_does_nothing_and_the_trail_has_it(filing: Filing, member: Member, office: Office) -> None:
    maker = signed_in(office.maker)
    address = maker.post(f"/employer/filings/{filing.pk}/overpayment/", **asked(member))["Location"]
    maker.post(address, action="submit")
    approve(office)
    auditor = as_officer(officer("auditor9", Role.AUDITOR))
    desk = f"{ALL}{Overpayment.objects.get().pk}/"

    assert not [words for words in actions_of(auditor.get(desk)) if words.startswith(("Luluskan", "Tolak", "Cadangkan"))]
    assert auditor.post(f"{desk}decide/", action="refuse", comment="x").status_code == 403
    assert auditor.get(f"{desk}document/").content == b"%PDF-1.4 slip gaji"
    assert AuditEvent.objects.filter(action="file.download").exists()


def test_an_offset_is_chosen_shown_and_changed(filing: Filing, member: Member, people: Officers, office: Office) -> None:
    maker, checker = signed_in(office.maker), signed_in(office.checker, "/en")
    address = maker.post(f"/employer/filings/{filing.pk}/overpayment/", **asked(member) | {"how": "OFFSET"})["Location"]
    assert "Jadikan kredit majikan, untuk membayar bulan kemudian" in text_of(maker.get(address))
    assert "Hantar ke akaun bank majikan" in actions_of(maker.get(address))
    maker.post(address, action="submit")
    approve(office)
    assert maker.post(address, action="choose", how="REFUND").status_code == 403
    found = Overpayment.objects.get()
    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector, "/en")
    supervisor.post(f"{ALL}{found.pk}/decide/", action="put_forward", reason=REASON)
    assert "becomes the employer's credit" in text_of(inspector.get(f"{ALL}{found.pk}/"))
    inspector.post(f"{ALL}{found.pk}/decide/", action="approve")
    assert post().failed == 0

    page = checker.get(address)
    assert "This money is your employer's credit" in text_of(page)
    assert "Refund account" not in text_of(page)
    assert checker.post(address, action="choose", how="CASH").status_code == 400
    for _ in range(2):
        assert checker.post(address, action="choose", how="REFUND").status_code == 302
    assert "Wang ini menunggu akaun bank majikan" in text_of(signed_in(office.checker).get(address))
    assert AuditEvent.objects.filter(action="overpayment.choose").count() == 1
    assert invariants.broken() == []
