"""A complaint as a browser without script makes it and an inspector ends it, in both languages."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.models import Complaint
from employers.models import Employer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from tests import factories
from tests.contributions.pages import Person, actions_of, signed_in, text_of, title_of
from tests.identity.conftest import PASSWORD, SECRET, sign_in_officer
from tests.members.conftest import credited
from tests.members.conftest import employer as employer
from tests.members.conftest import member as member

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
NEW, OWN, DESK = "/member/complaints/new/", "/member/complaints/", "/staff/complaints/"
WORDS = "Potongan ada dalam slip gaji saya."


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def me(member: Member, employer: Employer) -> Person:
    """The member, whose October is missing and whose other months were credited."""
    for number in range(1, 12):
        credited(member, employer, WageMonth(2026, 10).plus(-number))
    assert member.user is not None
    return signed_in(member.user)


@pytest.fixture
def inspector(db: None) -> Person:
    user = User.objects.create_user("pemeriksa9", PASSWORD, role=Role.INSPECTOR, name="Manjit Singh", secret_phrase="biru kapal")
    TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
    client = Client()
    sign_in_officer(client, user.user_id)
    return Person(client)


def slip(content: bytes = b"%PDF-1.4 slip") -> SimpleUploadedFile:
    return SimpleUploadedFile("slip.pdf", content, content_type="application/pdf")


def sent(me: Person, **fields: object) -> str:
    """The address of a new complaint about October."""
    answer = me.post(NEW, **{"months": "2026-10", "ground": "DEDUCTED", "words": WORDS, **fields})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_from_the_own_page_to_the_answer(me: Person, inspector: Person, member: Member, employer: Employer) -> None:
    home = me.get("/member/")
    assert "Buat aduan" in actions_of(home)
    assert "Belum ada aduan" in text_of(me.get(OWN))
    form = me.get(NEW).content.decode()
    assert form.count(" checked") == 1, "the missing month only"
    assert 'value="2026-10" id="id_months_0" checked' in form

    page = me.get(sent(me, papers=slip()))
    for words in ("Kami menerima aduan anda", employer.name, "Oktober 2026", WORDS, "slip.pdf", "Menunggu pemeriksa"):
        assert words in text_of(page)
    found = Complaint.objects.get()
    assert "Oktober 2026" in text_of(inspector.get(DESK))
    assert member.name not in text_of(inspector.get(DESK)), "the list says about whom, and not from whom"

    desk = f"{DESK}{found.pk}/"
    assert member.name in text_of(inspector.get(desk))
    assert "Jawab ahli" not in text_of(inspector.get(desk)), "who has not taken it answers nothing"
    inspector.post(f"{desk}decide/", action="take")
    inspector.post(f"{desk}decide/", action="tell")
    refused = inspector.post(f"{desk}decide/", action="resolve", words="")
    assert (refused.status_code, title_of(refused)[:6]) == (422, "Ralat:")
    inspector.post(f"{desk}decide/", action="resolve", words="Majikan telah membayar pada 19 November.")

    page = text_of(me.get(f"{OWN}{found.pk}/"))
    for words in ("Selesai", "Majikan telah membayar pada 19 November.", "Majikan diberitahu, tanpa nama pengadu", "Pemeriksa KWSP"):
        assert words in page
    assert "Manjit Singh" not in page
    assert "Tambah maklumat" not in page, "it is closed"
    assert "Tiada aduan di sini" in text_of(inspector.get(DESK))
    assert "Selesai" in text_of(inspector.get(f"{DESK}?closed=1"))


def test_what_was_typed_stays_where_something_is_missing(me: Person) -> None:
    answer = me.post(NEW, months="2026-10", words=WORDS)

    assert answer.status_code == 422
    assert WORDS in text_of(answer)
    assert "Pilih apa yang tidak betul" in text_of(answer)
    assert 'value="2026-10" id="id_months_0" checked' in answer.content.decode()
    assert "ditemui jenis fail lain" in text_of(me.post(NEW, months="2026-10", ground="NOT_PAID", words=WORDS, papers=slip(b"MZ")))
    assert me.post(NEW, months="2031-01", ground="NOT_PAID", words=WORDS).status_code == 422
    assert not Complaint.objects.exists()


def test_a_second_click_and_a_second_complaint_lead_to_the_first(me: Person) -> None:
    first = sent(me)

    assert sent(me) == first
    answer = me.post(NEW, months=["2026-09", "2026-10"], ground="NOT_PAID", words="Lain")
    assert answer.status_code == 409
    assert f'href="{first}"' in answer.content.decode()
    assert 'value="2026-10"' not in me.get(NEW).content.decode()


def test_a_second_click_says_nothing_twice_and_other_words_are_not_taken_for_one(me: Person, inspector: Person) -> None:
    address = sent(me)
    found = Complaint.objects.get()
    desk = f"{DESK}{found.pk}/decide/"

    for _click in range(2):
        assert me.post(address, words="Satu lagi slip", papers=slip()).status_code == 302
    for _click in range(2):
        assert inspector.post(desk, action="take").status_code == 302
    for action in ("tell", "answer"):
        for _click in range(2):
            assert inspector.post(desk, action=action, words="Ada slip gaji bulan itu?").status_code == 302
    assert me.post(address, words="Satu lagi slip", papers=slip(b"%PDF-1.4 lain")).status_code == 302, "another paper is news"

    assert list(found.log.order_by("pk").values_list("action", flat=True)) == ["SEND", "ADD", "TAKE", "TELL", "ANSWER", "ADD"]
    assert Notice.objects.filter(code__in=("COMPLAINT_ANSWER", "COMPLAINT_EMPLOYER")).count() == 2
    assert [inspector.post(desk, action="resolve", words=words).status_code for words in ("Dibayar", "Dibayar", "Belum dibayar")] == [302, 302, 409]
    assert found.log.filter(action="RESOLVE").get().words == "Dibayar"


def test_what_was_meant_for_one_employer_is_never_sent_about_another(me: Person) -> None:
    for prefix, words in (("", "Ditemui majikan lain, dijangka majikan di bawah."), ("/en", "Found another employer, expected one of those below.")):
        answer = Person(me.client, prefix).post(f"{NEW}?employer=99999999", months="2026-10", ground="DEDUCTED", words=WORDS)
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    long = me.post(NEW, months="2026-10", ground="X" * 5000, words=WORDS)
    assert (long.status_code, "X" * 50 in text_of(long)) == (422, False)
    assert not Complaint.objects.exists()


def test_adding_and_withdrawing(me: Person) -> None:
    address = sent(me)
    assert me.post(address).status_code == 422
    assert me.post(address, words="Satu lagi slip", papers=slip()).status_code == 302
    assert "Satu lagi slip" in text_of(me.get(address))

    assert "Biarkan" in actions_of(me.get(f"{address}withdraw/"))
    for _click in range(2):
        assert me.post(f"{address}withdraw/").status_code == 302
    assert "Ditarik balik" in text_of(me.get(address))
    assert me.get(f"{address}withdraw/").status_code == 302
    assert me.post(address, words="Lagi").status_code == 409


def test_who_has_two_employers_chooses_first_and_who_has_none_is_told_what_to_do(me: Person, member: Member) -> None:
    other = factories.EmploymentFactory(member=member, employer=factories.EmployerFactory(name="KEDAI BUNGA")).employer

    page = me.get(NEW)
    assert "KEDAI BUNGA" in text_of(page)
    assert "Hantar aduan kepada pemeriksa" not in actions_of(page)
    assert f"No. Majikan {other.number}" in text_of(me.get(f"{NEW}?employer={other.number}"))
    assert me.get(f"{NEW}?employer=99999999&month=nonsense").status_code == 200
    alone = factories.MemberFactory(user=factories.UserFactory())
    assert alone.user is not None
    assert "Tiada bulan yang boleh diadukan di sini" in text_of(signed_in(alone.user).get(NEW))


def test_another_s_is_the_same_as_none(me: Person) -> None:
    address = sent(me, papers=slip())
    paper = Complaint.objects.get().log.get().papers.get()
    stranger = factories.MemberFactory(user=factories.UserFactory())
    assert stranger.user is not None
    other = signed_in(stranger.user)

    assert b"slip" in me.get(f"{address}papers/{paper.file_id}/").content
    for path in (address, f"{address}withdraw/", f"{address}papers/{paper.file_id}/"):
        assert other.get(path).status_code == 404
    assert me.get(f"{address}papers/{paper.file_id + 1}/").status_code == 404


def test_the_employer_s_pages_and_log_hold_nothing_of_it(me: Person, inspector: Person, member: Member, employer: Employer) -> None:
    sent(me)
    found = Complaint.objects.get()
    for action in ("take", "tell"):
        inspector.post(f"{DESK}{found.pk}/decide/", action=action)
    boss = signed_in(factories.RepresentativeFactory(employer=employer, administrator=True).user)

    inbox = text_of(boss.get("/employer/inbox/"))
    assert "KWSP menerima aduan tentang caruman bagi gaji Oktober 2026" in inbox
    notice = Notice.objects.get(code="COMPLAINT_EMPLOYER")
    page = text_of(boss.get(f"/employer/inbox/{notice.pk}/"))
    assert "Caruman dipotong daripada gaji saya tetapi tidak dibayar" in page
    log = text_of(boss.get("/employer/activity/"))
    for words in (member.name, member.number, WORDS):
        assert words not in inbox + page + log
    assert "Aduan" not in log
    assert not AuditEvent.objects.filter(action__startswith="complaint.", subjects__contains=[employer.subject]).exists()

    inspector.post(f"{DESK}{found.pk}/decide/", action="name", why="Majikan mencari slip gajinya.")
    assert f"KWSP menerima aduan {member.name}" in text_of(boss.get("/employer/inbox/"))
    assert "Majikan mencari slip gajinya." in text_of(me.get(f"{OWN}{found.pk}/"))


def test_the_inspector_s_look_is_in_the_member_s_log(me: Person, inspector: Person, member: Member) -> None:
    sent(me)
    inspector.get(f"{DESK}{Complaint.objects.get().pk}/")

    event = AuditEvent.objects.get(action="complaint.view")
    assert member.subject in event.subjects
    assert "Aduan dilihat oleh pegawai" in text_of(me.get("/security/activity/"))


def test_in_english(me: Person, inspector: Person) -> None:
    sent(me)
    pk = Complaint.objects.get().pk
    english = Person(me.client, "/en")

    for words in ("Make a complaint", "Not paid", "The employer is not told who complained"):
        assert words in text_of(english.get(f"{NEW}?month=2026-09")) or words in text_of(english.get(OWN)) or words == "Not paid"
    page = text_of(english.get(f"{OWN}{pk}/"))
    for words in (f"Complaint {pk}", "Waiting for an inspector", "October 2026", "Months complained of"):
        assert words in page
    desk = text_of(Person(inspector.client, "/en").get(f"{DESK}{pk}/"))
    for words in ("Take this complaint", "At the time", "Now"):
        assert words in desk


def test_the_queries_of_the_pages_do_not_grow(me: Person, inspector: Person, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    address = sent(me, months=["2026-10", "2026-09", "2026-08"])
    pk = Complaint.objects.get().pk
    with django_assert_max_num_queries(30):
        me.get(NEW)
    with django_assert_max_num_queries(32):
        me.get(address)
    with django_assert_max_num_queries(36):
        inspector.get(f"{DESK}{pk}/")
