"""The pages of the desk: the queue against the charter, a case, both languages, the second click, the colleague who was first."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.models import User
from tests.contributions.pages import signed_in
from tests.factories import withdrawals as make
from tests.identity.conftest import person, sign_in_officer
from tests.withdrawals.test_recurring import TestTheRealKinds
from withdrawals import kinds
from withdrawals.enums import DocumentCode, KindCode, State
from withdrawals.models import Application, ApplicationDocument, OfficerRelative
from withdrawals.selectors import facts as gathering
from withdrawals.selectors import guides
from withdrawals.services import deciding

__all__ = ["person"]

pytestmark = pytest.mark.django_db
ON = make.ON
Desk = tuple[Client, User]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)


@pytest.fixture
def desks(person: Callable[..., User]) -> tuple[Desk, Desk]:  # noqa: F811
    made = []
    for name in ("pegawai08", "pegawai09"):
        user, client = person(name, Role.WITHDRAWAL_OFFICER), Client()
        sign_in_officer(client, name)
        made.append((client, user))
    return made[0], made[1]


def page(client: Client, found: Application, lang: str = "") -> str:
    answer = client.get(f"{lang}/staff/withdrawals/{found.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, found: Application, action: str, **fields: object) -> tuple[int, str]:
    version = fields.pop("version", Application.objects.get(pk=found.pk).version)
    answer = client.post(f"/staff/withdrawals/{found.pk}/decide/", {"action": action, "version": version, **fields}, follow=True)
    return answer.status_code, answer.content.decode()


def test_payments_for_a_house_are_stopped_from_the_case_with_a_reason_that_the_member_reads(desks: tuple[Desk, Desk]) -> None:
    (client, _user), _other = desks
    assert "Hentikan bayaran" not in page(client, make.approved()), "no clause of Age 50 says so"
    member = make.saver(birth_date=date(1990, 1, 1))
    found = make.approved(member, kind=KindCode.HOUSE_INSTALMENT, asked="3000.00", particulars=TestTheRealKinds.LOAN)
    shown = page(client, found)
    assert "Rumah itu telah dilelong" in shown
    assert "The house was auctioned" in page(client, found, "/en")
    status, said = post(client, found, "stop", comment="Kami menerima notis lelongan bank.")
    assert (status, "Pilih sebabnya" in said, "Kami menerima notis lelongan bank." in said) == (422, True, True)

    version = Application.objects.get(pk=found.pk).version
    for _time in range(2):
        status, said = post(client, found, "stop", reason="HOUSE_AUCTIONED", comment="Kami menerima notis lelongan bank.", version=version)
        assert status == 200
    assert "Dihentikan oleh KWSP: Rumah itu telah dilelong" in said
    assert Application.objects.get(pk=found.pk).state == State.CANCELLED

    assert member.user is not None
    seen = signed_in(member.user).client.get(f"/member/withdrawals/{found.number}/").content.decode()
    assert "Rumah itu telah dilelong" in seen
    assert "Kami menerima notis lelongan bank." in seen


def test_the_queue_shows_the_first_due_first_with_its_age(desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    (client, user), _other = desks
    assert "Tiada permohonan di sini" in client.get("/staff/withdrawals/").content.decode()
    late, new = make.handed_in(on=date(2026, 10, 30)), make.handed_in()
    deciding.take(application_id=new.pk, by=user, on=ON)

    shown = client.get("/staff/withdrawals/").content.decode()
    assert shown.index(late.number) < shown.index(new.number)
    assert "2 menunggu pegawai, 1 melepasi piagam pelanggan." in shown
    assert "2 hari bekerja lewat" in shown
    assert "5 hari bekerja lagi" in shown
    mine = client.get("/staff/withdrawals/?mine=1&kind=AGE_50").content.decode()
    assert new.number in mine
    assert late.number not in mine
    assert "Tiada permohonan di sini" in client.get("/staff/withdrawals/?list=second").content.decode()
    assert "working days late" in client.get("/en/staff/withdrawals/").content.decode()


def test_a_case_is_taken_and_approved_and_the_trail_says_who_saw_it(desks: tuple[Desk, Desk]) -> None:
    (client, user), _other = desks
    found = make.handed_in()
    shown = page(client, found)
    assert "Ambil kes ini" in shown
    assert "Luluskan" not in shown
    assert AuditEvent.objects.filter(action="withdrawal.view", actor_id=user.pk).exists()
    assert "Kes ini kini pada anda" in post(client, found, "take")[1]
    assert "Seksyen" in page(client, found) or "s. 54(6)(a)" in page(client, found)
    status, said = post(client, found, "approve")
    assert (status, "Diluluskan: ahli telah dimaklumkan" in said) == (200, True)
    assert Application.objects.get(pk=found.pk).state == State.APPROVED
    assert "Approved" in page(client, found, "/en")
    assert post(client, found, "approve")[0] == 200, "the second click"


def test_the_second_officer_reads_how_much_was_recommended_and_by_whom(desks: tuple[Desk, Desk]) -> None:
    (one, first), (two, _) = desks
    found = make.handed_in(make.saver(sejahtera="80000.00"), asked="60000.00")
    post(one, found, "take")
    assert "Disyorkan" in post(one, found, "approve", amount="55000", comment="Bakinya dituntut pihak lain")[1]

    shown = " ".join(page(two, found, "/en").replace("\N{NO-BREAK SPACE}", " ").split())
    assert f"{first.name} recommends RM 55,000.00 of the RM 60,000.00 that was applied for." in shown
    assert 'href="#balik"' in shown
    assert "recommends" not in page(one, found, "/en"), "nobody approves the own recommendation"
    post(two, found, "approve")
    assert Application.objects.get(pk=found.pk).approved == 55_000


def test_the_colleague_was_first(desks: tuple[Desk, Desk]) -> None:
    (one, _), (two, _) = desks
    found = make.handed_in()
    version = found.version
    post(one, found, "take")
    post(two, found, "take")
    status, said = post(one, found, "approve")
    assert status == 403
    assert "Pegawai lain memegang kes ini" in said
    assert post(two, found, "refuse", comment="Tidak lengkap", version=version)[0] == 409
    assert post(two, found, "refuse", comment=" ")[0] == 422
    assert post(two, found, "refuse", comment="Tidak lengkap")[0] == 200
    assert post(one, found, "take")[0] == 409


def test_a_case_that_a_colleague_took_meanwhile_is_not_taken_from_them_unseen(desks: tuple[Desk, Desk]) -> None:
    (one, first), (two, second) = desks
    found = make.handed_in()
    seen = found.version
    post(one, found, "take", version=seen)
    assert post(one, found, "take", version=seen)[0] == 200, "the second click"
    status, said = post(two, found, "take", version=seen)
    assert (status, "Rakan sekerja mengambil kes ini selepas anda membukanya" in said) == (409, True)
    assert Application.objects.get(pk=found.pk).officer == first
    assert "Ambil daripada rakan sekerja" in said
    assert post(two, found, "take")[0] == 200, "now they have seen who has it"
    history = page(two, found)
    assert (history.count("Diambil oleh pegawai"), history.count("Kini pada pegawai lain")) == (1, 1), "the history tells a change of hands"
    assert Application.objects.get(pk=found.pk).officer == second


def test_less_needs_words_and_an_amount_says_what_is_wrong(desks: tuple[Desk, Desk]) -> None:
    (client, _), _other = desks
    found = make.handed_in()
    post(client, found, "take")
    for amount, status in (("1000.001", 422), ("-5", 422), ("abc", 422), ("2000", 422), ("500", 422)):
        assert post(client, found, "approve", amount=amount)[0] == status, amount
    assert post(client, found, "approve", amount="RM 500.00", comment="Separuh")[0] == 200


def test_papers_are_downloaded_and_marked(desks: tuple[Desk, Desk]) -> None:
    (client, user), (other, _) = desks
    found = make.handed_in()
    row = ApplicationDocument.objects.create(
        application=found, code=DocumentCode.BANK, file=make.StoredFileFactory(), added_by=found.member.user, added_on=ON
    )
    post(client, found, "take")
    url = f"/staff/withdrawals/{found.pk}/documents/{row.pk}/"
    assert client.get(url)["Content-Disposition"].startswith("attachment")
    assert client.get(f"{url}small/").status_code == 404
    assert other.post(f"{url}check/").status_code == 403
    assert client.post(f"{url}check/").status_code == 302
    assert client.post(f"{url}check/").status_code == 302
    row.refresh_from_db()
    assert row.checked_by_id == user.pk
    assert client.get(f"/staff/withdrawals/{make.handed_in().pk}/documents/{row.pk}/").status_code == 404, "the document of another case"
    assert "Dokumen" in post(client, found, "ask", comment="Penyata baharu", papers=["BANK"])[1]


def test_relatives_are_declared_and_end(desks: tuple[Desk, Desk]) -> None:
    (client, user), (other, _) = desks
    found = make.handed_in()
    url = "/staff/withdrawals/relatives/"
    assert "Tiada saudara diisytiharkan" in client.get(url).content.decode()
    assert client.post(url, {"kind": "MYKAD", "number": "123", "relation": "CHILD"}).status_code == 422
    assert client.post(url, {"kind": "MYKAD", "number": found.member.identity_number, "relation": "CHILD"}).status_code == 302
    assert "saudara" in page(client, found)
    assert post(client, found, "take")[0] == 403
    row = OfficerRelative.objects.get(officer=user)
    assert found.member.identity_number not in client.get(url).content.decode()
    assert other.post(f"{url}{row.pk}/end/", {"reason": "Tersalah"}).status_code == 404
    assert client.post(f"{url}{row.pk}/end/", {"reason": "x"}).status_code == 422
    assert client.post(f"{url}{row.pk}/end/", {"reason": "Tersalah nombor"}).status_code == 302
    assert post(client, found, "take")[0] == 200


def test_a_draft_is_nobodys_case(desks: tuple[Desk, Desk]) -> None:
    (client, _), _other = desks
    member = make.saver()
    draft = Application.objects.create(number="DRAF1", member=member, kind="AGE_50", drafted_on=ON, entered_by=member.user)
    assert client.get(f"/staff/withdrawals/{draft.pk}/").status_code == 404


def test_the_papers_asked_for_are_the_kind_s_or_one_in_own_words_and_the_member_is_asked_for_just_them(desks: tuple[Desk, Desk]) -> None:
    (client, user), _other = desks
    found = make.handed_in()
    deciding.take(application_id=found.pk, by=user, on=ON)
    shown = page(client, found)
    assert 'value="BIRTH_DATE"' in shown
    assert 'value="OTHER"' in shown
    assert 'value="SALE_AGREEMENT"' not in shown, "no paper of this kind"
    assert post(client, found, "ask", papers=["SALE_AGREEMENT"], comment="Perjanjian")[0] == 422

    assert post(client, found, "ask", papers=["BANK", "OTHER"], comment="Buku bank, dan surat majikan lama")[0] == 200

    found.refresh_from_db()
    papers = guides.papers_of(found, kinds.evaluate(gathering.of_application(found, on=ON)))
    assert {paper.document.code for paper in papers if paper.asked} == {DocumentCode.BANK, DocumentCode.OTHER}
    assert all(paper.asked for paper in papers[:2]), "what was asked for comes first"
