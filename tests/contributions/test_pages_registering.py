"""The pages of i-Saraan and i-Suri: signed in, at the public door, at a counter, and officers' pages on the e-Kasih list."""

import html
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contributions.enums import EKasihState, IncentiveScheme, RegisteredAt
from contributions.models import EKasihList, EKasihSpan, IncentiveRegistration
from kwsp_portal import ekasih as port
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify.models import Message
from members.identity.enums import Bound, Purpose, Role
from members.identity.models import Challenge, TacPhone
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import credited
from tests.contributions.paying import Bank
from tests.identity.tac_codes import bound, digits_of, wrong_for
from tests.members.counter import PDF
from tests.members.test_bank_accounts import signed_in

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 10, tzinfo=KL)
STRANGE = "203.0.113.9"
GOOD = {"occupation": "TRADER", "declared": "on"}


@pytest.fixture(autouse=True)
def _at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def member() -> Member:
    user = bound(factories.UserFactory(), number="+60123456789")
    found: Member = factories.MemberFactory(user=user, identity_number="900101145678", number="30012345")
    return found


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


class TestSignedIn:
    def test_conditions_work_declaration_success(self, member: Member) -> None:
        browser = signed_in(member.user)
        page = text_of(browser.get("/member/i-saraan/"))
        assert page.count("Dipenuhi ") >= 4
        assert "Dengan pendaftaran ini" in page
        assert "Pemilik praktis sendiri" in page
        assert "Lain-lain, atau tanpa pendapatan tetap" in page, "seed 002: mereka tanpa pendapatan tetap"

        answer = browser.post("/member/i-saraan/", GOOD, follow=True)

        assert "Pendaftaran i-Saraan berjaya: ia bermula pada 23 Nov 2026." in text_of(answer)
        assert "Anda berdaftar untuk i-Saraan" in text_of(answer)
        assert browser.post("/member/i-saraan/", GOOD).status_code == 302, "a second click"
        assert IncentiveRegistration.objects.count() == 1

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"occupation": ""}, "Pilih pekerjaan anda"),
            ({"occupation": "EMPLOYEE"}, "Pilih pekerjaan anda daripada senarai"),
            ({"occupation": "OTHER"}, "Tulis pekerjaan anda, kerana ia tiada dalam senarai"),
            ({"occupation": "FARMER", "other_work": "Tukang gunting"}, "Anda memilih pekerjaan dalam senarai dan menulis pekerjaan lain"),
            ({"declared": ""}, "Tandakan akuan untuk mendaftar"),
        ],
    )
    def test_what_is_missing_is_said_beside_it(self, member: Member, changed: dict[str, str], words: str) -> None:
        answer = signed_in(member.user).post("/member/i-saraan/", {**GOOD, **changed})
        assert answer.status_code == 422
        assert text_of(answer).count(words) >= 2, "in the summary and at the field"
        assert not IncentiveRegistration.objects.exists()

    def test_who_is_too_old_sees_which_condition_and_no_form(self) -> None:
        old = factories.MemberFactory(user=factories.UserFactory(), aged_60=True)
        browser = signed_in(old.user)
        page = text_of(browser.get("/member/i-saraan/"))
        assert "Syarat pendaftaran tidak dipenuhi" in page
        assert "Daftar i-Saraan Pekerjaan" not in page
        answer = browser.post("/member/i-saraan/", GOOD)
        assert (answer.status_code, "Di bawah had umur" in text_of(answer)) == (409, True)

    def test_who_is_75_cannot_register(self) -> None:
        old = factories.MemberFactory(user=factories.UserFactory(), aged_76=True)

        answer = signed_in(old.user).post("/member/i-saraan/", GOOD)

        assert (answer.status_code, "Di bawah had umur pada hari caruman" in text_of(answer)) == (409, True)
        assert not IncentiveRegistration.objects.exists()

    def test_from_i_suri_to_i_saraan_guided(self, member: Member) -> None:
        EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
        IncentiveRegistration.objects.create(member=member, scheme=IncentiveScheme.ISURI, first=date(2026, 1, 1), registered_at="LIST")
        browser = signed_in(member.user)
        page = text_of(browser.get("/member/i-saraan/"))
        assert "Mahu memilih i-Saraan?" in page
        assert browser.post("/member/i-saraan/", GOOD).status_code == 409, "i-Suri first"
        assert "Batalkan i-Suri?" in text_of(browser.get("/member/i-saraan/cancel/"))
        answer = browser.post("/member/i-saraan/cancel/", follow=True)
        assert "i-Suri dibatalkan: ia berakhir pada 23 Nov 2026." in text_of(answer)
        assert "Daftar i-Suri" in text_of(answer), "she may change her mind"
        assert browser.post("/member/i-saraan/cancel/").status_code == 302, "a second click"
        assert "Ia bermula pada 24 Nov 2026." in text_of(browser.post("/member/i-saraan/", GOOD, follow=True))

    def test_with_an_employers_contribution_only_who_draws_a_pension(self, office: Office, bank: Bank) -> None:
        member = office.hire(user=factories.UserFactory())
        credited(office, bank, member)
        browser = signed_in(member.user)
        assert "Hanya pekerja berpencen boleh mendaftar sekarang" in text_of(browser.get("/member/i-saraan/"))
        assert browser.post("/member/i-saraan/", GOOD).status_code == 409
        assert browser.post("/member/i-saraan/", {**GOOD, "occupation": "PENSIONABLE"}).status_code == 302

    def test_back_to_i_suri(self, member: Member) -> None:
        EKasihSpan.objects.create(member=member, first=date(2026, 1, 1))
        answer = signed_in(member.user).post("/member/i-saraan/", {"action": "isuri"}, follow=True)
        assert "Anda berdaftar untuk i-Suri" in text_of(answer)

    def test_nothing_to_cancel(self, member: Member) -> None:
        browser = signed_in(member.user)
        assert browser.get("/member/i-saraan/cancel/").status_code == 302
        assert browser.post("/member/i-saraan/cancel/").status_code == 409

    def test_in_english(self, member: Member) -> None:
        page = text_of(signed_in(member.user).get("/en/member/i-saraan/"))
        assert "Register for i-Saraan" in page
        assert "Met" in page


def ask(browser: Client, **changed: str) -> Any:
    return browser.post("/i-saraan/", {"identity": "900101-14-5678", "number": "3001 2345", **changed})


def latest() -> Challenge:
    return Challenge.objects.filter(purpose=Purpose.INCENTIVE).latest("pk")


def bare(answer: Any) -> str:
    """A page without what differs by chance."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|content)="[^"]*"', "", answer.content.decode())


class TestThePublicDoor:
    def test_without_an_i_akaun_to_the_end(self, member: Member) -> None:
        browser = Client()
        assert ask(browser).headers["Location"] == "/i-saraan/code/"
        assert browser.post("/i-saraan/code/", {"tac": digits_of(latest())}).headers["Location"] == "/i-saraan/register/"
        page = browser.get("/i-saraan/register/")
        assert member.name not in page.content.decode(), "the page names nobody"
        assert "Warganegara Malaysia" in text_of(page)
        answer = browser.post("/i-saraan/register/", GOOD, follow=True)

        assert "Pendaftaran i-Saraan berjaya" in text_of(answer)
        found = IncentiveRegistration.objects.get()
        assert (found.member, found.registered_at, found.first) == (member, RegisteredAt.PUBLIC, ON)
        assert Message.objects.filter(to="+60123456789", code="INCENTIVE_REGISTERED").exists()
        assert browser.get("/i-saraan/register/").headers["Location"] == "/i-saraan/done/", "the code is spent"
        assert browser.get("/member/").status_code == 302, "nobody was signed in"

    @pytest.mark.parametrize("wrong", [{"identity": "900101145679"}, {"number": "30012346"}])
    def test_the_same_answers_whether_somebody_exists_or_not(self, member: Member, wrong: dict[str, str]) -> None:
        known, unknown = Client(), Client(REMOTE_ADDR=STRANGE)
        right, no = ask(known), ask(unknown, **wrong)
        assert (right.status_code, right.headers["Location"]) == (no.status_code, no.headers["Location"])
        assert Message.objects.filter(code="TAC_INCENTIVE").count() == 1
        assert bare(known.get("/i-saraan/code/")) == bare(unknown.get("/i-saraan/code/"))
        challenge = Challenge.objects.get(purpose=Purpose.INCENTIVE, user=member.user)
        answers = [known.post("/i-saraan/code/", {"tac": wrong_for(challenge)}), unknown.post("/i-saraan/code/", {"tac": "123456"})]
        assert [answer.status_code for answer in answers] == [422, 422]
        texts = [re.sub(r'value="\d{6}"', "", bare(answer)) for answer in answers]
        assert texts[0] == texts[1]

    def test_who_has_not_activated_an_i_akaun_gets_a_code_all_the_same(self, db: None) -> None:
        user = factories.UserFactory(invited=True)
        TacPhone.objects.create(user=user, number="+60127770001", how=Bound.COUNTER, bound_at=AT)
        other = factories.MemberFactory(user=user)
        browser = Client()
        ask(browser, identity=other.identity_number, number=other.number)
        browser.post("/i-saraan/code/", {"tac": digits_of(latest())})
        assert "berjaya" in text_of(browser.post("/i-saraan/register/", GOOD, follow=True))
        assert browser.get("/member/").status_code == 302, "nobody was signed in"

    @pytest.mark.parametrize("how", [Bound.COUNTER, Bound.KIOSK, Bound.ADMINISTRATOR])
    def test_only_a_phone_of_a_counter_or_kiosk(self, member: Member, how: Bound) -> None:
        user: Any = factories.UserFactory()
        TacPhone.objects.create(user=user, number="+60127770000", how=how, bound_at=AT)
        other = factories.MemberFactory(user=user)
        ask(Client(), identity=other.identity_number, number=other.number)
        assert (latest().user == user) is (how != Bound.ADMINISTRATOR)

    def test_who_died_gets_no_code(self, member: Member) -> None:
        Member.objects.filter(pk=member.pk).update(died_on=date(2026, 10, 1))
        assert ask(Client()).headers["Location"] == "/i-saraan/code/"
        assert latest().user is None

    def test_asking_too_often_is_said_without_saying_of_whom(self, member: Member) -> None:
        for identity in ("900101145678", "900101149999"):
            browser = Client(REMOTE_ADDR=f"203.0.113.{identity[-1]}")
            assert ask(browser, identity=identity).status_code == 302
            browser.cookies.clear()
            answer = ask(browser, identity=identity)
            assert answer.status_code == 422
            assert "Terlalu banyak permintaan. Cuba lagi mulai 23 Nov 2026" in text_of(answer)

    @pytest.mark.parametrize(("changed", "words"), [({"number": "123"}, "dijangka 8 angka"), ({"identity": ""}, "Masukkan nombor kad pengenalan")])
    def test_what_is_typed_badly(self, member: Member, changed: dict[str, str], words: str) -> None:
        answer = ask(Client(), **changed)
        assert (answer.status_code, words in text_of(answer)) == (422, True)

    def test_who_holds_i_suri_is_told_to_cancel_first(self, member: Member) -> None:
        IncentiveRegistration.objects.create(member=member, scheme=IncentiveScheme.ISURI, first=date(2026, 1, 1), registered_at="LIST")
        browser = Client()
        ask(browser)
        browser.post("/i-saraan/code/", {"tac": digits_of(latest())})
        assert "batalkan i-Suri dahulu" in text_of(browser.get("/i-saraan/register/"))
        assert browser.post("/i-saraan/register/", GOOD).status_code == 409

    @pytest.mark.parametrize("path", ["code", "register", "done"])
    def test_no_step_without_the_one_before(self, db: None, path: str) -> None:
        assert Client().get(f"/i-saraan/{path}/").headers["Location"] == "/i-saraan/"

    def test_who_is_signed_in_goes_to_the_own_page(self, member: Member) -> None:
        assert signed_in(member.user).get("/i-saraan/").headers["Location"] == "/member/i-saraan/"

    def test_the_help_leads_to_every_door(self, db: None) -> None:
        page = Client().get("/help/i-saraan/").content.decode()
        assert 'href="/i-saraan/"' in page
        assert 'href="/member/i-saraan/"' in page


class TestAtACounter:
    @pytest.fixture
    def desk(self, db: None) -> Client:
        browser = signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER))
        session = browser.session
        session["counter_reason"] = "AT_COUNTER"
        session.save()
        return browser

    def typed(self, member: Member, **changed: Any) -> dict[str, Any]:
        scanned = SimpleUploadedFile("kwsp-16g.pdf", PDF.content, "application/pdf")
        seen = {"paper_number": member.identity_number, "seen": ["ORIGINAL", "LIKENESS", "REGISTER", "SECOND_PAPER"], "without_thumb": "Haus"}
        return {**GOOD, **seen, "form": scanned, **changed}

    def test_registered_with_the_form_and_cancelled(self, desk: Client, member: Member) -> None:
        path = f"/counter/members/{member.number}/i-saraan/"
        assert "KWSP 16G(M)" in text_of(desk.get(path))
        answer = desk.post(path, self.typed(member), follow=True)
        assert "Pendaftaran i-Saraan berjaya" in text_of(answer)
        found = IncentiveRegistration.objects.get()
        copy = desk.get(f"{path}forms/{found.pk}/")
        assert b"".join(copy.streaming_content) == PDF.content if copy.streaming else copy.content == PDF.content
        answer = desk.post(path, self.typed(member, action="cancel"), follow=True)
        assert "i-Saraan dibatalkan" in text_of(answer)
        assert "bukan pendaftaran kali pertama" in text_of(desk.get(path))

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"form": ""}, "Lampirkan Borang KWSP 16G(M)"),
            ({"paper_number": "900101145677"}, "Nombor pada dokumen berlainan daripada daftar"),
            ({"without_thumb": ""}, "Cap ibu jari tidak disahkan"),
            ({"occupation": ""}, "Pilih pekerjaan anda"),
        ],
    )
    def test_what_is_missing(self, desk: Client, member: Member, changed: dict[str, str], words: str) -> None:
        answer = desk.post(f"/counter/members/{member.number}/i-saraan/", self.typed(member, **changed))
        assert (answer.status_code, words in text_of(answer)) == (422, True)
        assert not IncentiveRegistration.objects.exists()

    def test_without_a_reason_it_is_asked_first(self, member: Member) -> None:
        browser = signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER))
        assert browser.get(f"/counter/members/{member.number}/i-saraan/").headers["Location"] == "/counter/?reason=1"


class TestTheList:
    def upload(self, browser: Client, content: bytes) -> Any:
        return browser.post("/staff/e-kasih/upload/", {"file": SimpleUploadedFile("e-kasih.txt", content)}, follow=True)

    def test_brought_by_one_taken_by_another(self, member: Member) -> None:
        supervisor, inspector = (signed_in(factories.UserFactory(role=role)) for role in (Role.SUPERVISOR, Role.INSPECTOR))
        assert "Belum ada senarai" in text_of(supervisor.get("/staff/e-kasih/"))
        content = port.write(as_at=ON, rows=[(member.identity_number, member.name), ("123", "NOMBOR SALAH")])

        page = text_of(self.upload(supervisor, content))

        assert "Fail dibaca. Pegawai lain meluluskannya" in page
        assert "Nombor pengenalan salah" in page
        found = EKasihList.objects.get()
        path = f"/staff/e-kasih/{found.pk}/"
        assert supervisor.post(f"{path}decide/", {"action": "take"}).status_code == 403
        assert "Fail ini sudah ada" in text_of(self.upload(inspector, content))
        assert "Luluskan senarai 2 baris" in text_of(inspector.get(path))
        assert "sedang dilaksanakan" in text_of(inspector.post(f"{path}decide/", {"action": "take"}, follow=True))
        assert inspector.post(f"{path}decide/", {"action": "take"}).status_code == 302, "a second click"
        found.refresh_from_db()
        assert found.state == EKasihState.TAKEN
        assert text_of(inspector.get(f"{path}?fate=BAD_NUMBER")).count("NOMBOR SALAH") == 1
        assert member.name not in text_of(inspector.get(f"{path}?fate=BAD_NUMBER"))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "Fail ini kosong"),
            (b"H|EKASIH|20261101\nD|1|A\n", "Fail terpotong"),
            (b"H|EKASIH|20261101\nD|1|A\nT|2|0\n", "ditemui 1, trailer menyebut 2"),
        ],
    )
    def test_a_bad_file_says_why(self, db: None, content: bytes, words: str) -> None:
        page = text_of(self.upload(signed_in(factories.UserFactory(role=Role.SUPERVISOR)), content))
        assert words in page
        assert "Tiada sesiapa didaftarkan atau dikeluarkan" in page

    def test_no_file_at_all(self, db: None) -> None:
        answer = signed_in(factories.UserFactory(role=Role.SUPERVISOR)).post("/staff/e-kasih/upload/", {})
        assert (answer.status_code, "Pilih fail" in text_of(answer)) == (422, True)
