"""Officers' pages on a credit that is another person's as a browser without script uses them, and what the others see of it."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.models import Filing, WrongCredit
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants
from members.models import Member
from members.views import reasons
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, Officers, credited
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.paying import Bank
from tests.identity.conftest import PASSWORD, SECRET, sign_in_officer
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db
REASON = "Majikan tersalah menaip nombor ahli."
LIST = "/staff/wrong-credits/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


def officer(user_id: str, role: Role) -> User:
    user = User.objects.create_user(user_id, PASSWORD, role=role, name=f"Pegawai {user_id}", secret_phrase="biru kapal")
    TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
    return user


def as_officer(user: User, prefix: str = "") -> Person:
    client = Client()
    sign_in_officer(client, user.user_id)
    return Person(client, prefix)


@pytest.fixture
def people(db: None) -> Officers:
    return Officers(officer("penyelia9", Role.SUPERVISOR), officer("pemeriksa9", Role.INSPECTOR))


@pytest.fixture
def wrong(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def right(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def filing(office: Office, bank: Bank, wrong: Member) -> Filing:
    return credited(office, bank, wrong)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", b"%PDF-1.4 surat majikan", content_type="application/pdf")


def test_from_the_row_to_what_both_members_see(filing: Filing, people: Officers, wrong: Member, right: Member, office: Office) -> None:
    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector)
    row = filing.rows.get()
    assert "Tiada kredit yang dikatakan milik ahli lain" in text_of(supervisor.get(LIST))
    assert "Kredit ini milik ahli lain" in actions_of(supervisor.looks_at(f"/staff/rows/{row.pk}/"))

    made = supervisor.post(f"/staff/rows/{row.pk}/wrong-credit/", number=right.number, reason=REASON, document=paper())
    page = text_of(supervisor.get(made["Location"]))
    for words in (wrong.name, wrong.number, right.name, right.number, "1,449.00", REASON, "Anda mencadangkan pembetulan ini"):
        assert words in page
    decide = made["Location"] + "decide/"
    assert supervisor.post(decide, action="approve").status_code == 403

    assert "Luluskan: pindahkan RM 1,449.00" in actions_of(inspector.get(made["Location"]))
    assert inspector.post(decide, action="approve").status_code == 302
    assert inspector.post(decide, action="approve").status_code == 302, "a second click"
    late = supervisor.post(decide, action="withdraw")
    assert late.status_code == 409
    assert "pegawai lain mungkin sudah membuatnya" in text_of(late)
    assert "Dibetulkan" in text_of(supervisor.get(LIST))
    assert f"daripada {wrong.name} kepada {right.name}" in text_of(supervisor.get(f"/staff/rows/{row.pk}/"))

    assert wrong.user is not None
    assert right.user is not None
    lost, got = signed_in(wrong.user), signed_in(right.user, "/en")
    page = text_of(lost.get(f"/member/contributions/{row.pk}/"))
    assert "Caruman ini bukan milik anda" in page
    assert right.name not in page
    page = text_of(got.get(f"/member/contributions/{row.pk}/"))
    assert "This contribution was first credited to another member" in page
    assert wrong.name not in page
    assert "apa yang berlaku" in text_of(lost.get("/member/"))
    assert "Dikreditkan semula kepada ahli yang betul" in text_of(signed_in(office.checker).get(f"/employer/filings/{filing.pk}/rows/{row.line}/"))
    assert invariants.broken() == []


def test_what_is_missing_or_wrong_is_said_with_the_answers_kept(filing: Filing, people: Officers, wrong: Member) -> None:
    supervisor = as_officer(people.supervisor)
    address = f"/staff/rows/{filing.rows.get().pk}/wrong-credit/"

    for fields, words in (
        ({"number": "99999999", "reason": REASON, "document": paper()}, "Ditemui 99999999, dijangka nombor ahli yang wujud dalam daftar"),
        ({"number": wrong.number, "reason": REASON, "document": paper()}, "Ditemui ahli yang sudah menerima kredit ini, dijangka ahli lain"),
        ({"number": wrong.number, "reason": REASON}, "Lampirkan dokumen"),
        ({"number": "", "reason": REASON, "document": paper()}, "Masukkan nombor ahli"),
    ):
        answer = supervisor.post(address, **fields)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert REASON in answer.content.decode()
    assert not WrongCredit.objects.exists()


def test_refused_with_its_reason_and_the_paper_leaves_with_a_row_in_the_trail(filing: Filing, people: Officers, right: Member) -> None:
    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector, "/en")
    made = supervisor.post(f"/staff/rows/{filing.rows.get().pk}/wrong-credit/", number=right.number, reason=REASON, document=paper())

    got = inspector.get(made["Location"] + "document/")
    assert got.content == b"%PDF-1.4 surat majikan"
    assert AuditEvent.objects.filter(action="file.download", actor_id=people.inspector.pk).exists()
    assert inspector.post(made["Location"] + "decide/", action="refuse", comment="").status_code == 422
    assert inspector.post(made["Location"] + "decide/", action="refuse", comment="Not enough.").status_code == 302
    assert "Not enough." in text_of(supervisor.get(made["Location"]))


def test_an_auditor_reads_and_does_nothing(filing: Filing, people: Officers, right: Member) -> None:
    made = as_officer(people.supervisor).post(
        f"/staff/rows/{filing.rows.get().pk}/wrong-credit/", number=right.number, reason=REASON, document=paper()
    )
    auditor = as_officer(officer("juruaudit9", Role.AUDITOR))

    assert auditor.get(made["Location"]).status_code == 200
    assert not [words for words in actions_of(auditor.get(made["Location"])) if words.startswith(("Luluskan", "Tolak", "Tarik"))]
    assert auditor.post(made["Location"] + "decide/", action="approve").status_code == 403


def test_who_would_say_whose_it_is_says_first_why_they_look_and_the_look_is_in_the_trail(
    filing: Filing, people: Officers, wrong: Member, right: Member
) -> None:
    supervisor, row = as_officer(people.supervisor), filing.rows.get()
    address = f"/staff/rows/{row.pk}/wrong-credit/"
    asked = text_of(supervisor.get(address))
    assert wrong.name not in asked, "nothing of whose it is before the reason"
    assert supervisor.post(address, reason="").status_code == 422
    assert not AuditEvent.objects.filter(action="row.view").exists()

    page = text_of(supervisor.looks_at(address))

    assert wrong.name in page
    look = AuditEvent.objects.get(action="row.view", actor_id=people.supervisor.pk)
    assert (look.target, look.data["reason"]) == (f"filingrow:{row.pk}", "Semakan aduan ahli")
    assert {wrong.subject, filing.employer.subject} <= set(look.subjects)
    session = supervisor.client.session
    del session[reasons.SAID]
    session.save()
    made = supervisor.post(address, number=right.number, reason=REASON, document=paper())
    assert made.status_code == 302, "the form that comes after its time says in itself why"
    assert AuditEvent.objects.filter(action="row.view", data__reason=REASON).exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_ledger_does_not_have_is_a_state_and_no_error(filing: Filing, people: Officers, right: Member) -> None:
    supervisor, inspector = as_officer(people.supervisor), as_officer(people.inspector, "/en")
    address = f"/staff/rows/{filing.rows.get().pk}/wrong-credit/"
    made = supervisor.post(address, number=right.number, reason=REASON, document=paper())
    plant("UPDATE ledger_entry SET ref = 999999 WHERE kind = 3")

    page = inspector.get(made["Location"])

    assert page.status_code == 200
    assert "The money of this row is not in the ledger" in text_of(page)
    assert [words for words in actions_of(page) if words.startswith("Approve")] == []
    refused = inspector.post(made["Location"] + "decide/", action="approve")
    assert refused.status_code == 409
    assert WrongCredit.objects.get().state == "PROPOSED"
    assert AuditEvent.objects.filter(action="wrong_credit.approve", refused=True, data__code="NOT_IN_LEDGER").exists()
    assert inspector.post(made["Location"] + "decide/", action="refuse", comment="Semak lejar.").status_code == 302
