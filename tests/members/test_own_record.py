"""No officer works on the own record: every act at the counter, in the queues and on records, and who says who the officers are."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from employers.enums import AppointmentForm
from employers.services import appointing, appointment_queue, identifying
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.frame.permissions import Field
from kwsp_portal.frame.records import looks
from members.enums import IdentityKind, LookupReason, Thumb
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member, OfficerIdentity
from members.services import bank_accounts, lookup, own_record, queue, registering
from members.services.own_record import OwnRecord
from tests.contributions.pages import text_of
from tests.factories import EmployerFactory, MemberFactory, UserFactory
from tests.factories.identity import TacPhoneFactory
from tests.identity.conftest import sign_in_officer
from tests.members.counter import AT, ON, PDF, PHONE, checklist, issue, person, without_thumb
from tests.members.test_bank_accounts import _told_bank as told_bank  # noqa: F401 - the bank names its next holder
from tests.members.test_bank_accounts import near
from tests.members.test_correcting import propose
from tests.members.test_counter_pages import officer as with_authenticator

pytestmark = pytest.mark.django_db
NUMBER = "900101145678"


@pytest.fixture
def administrator() -> User:
    return UserFactory(administrator=True)


def named(user: User, number: str = NUMBER, kind: IdentityKind = IdentityKind.MYKAD, by: User | None = None) -> User:
    by = by or UserFactory(administrator=True)
    own_record.name(user=user, kind=kind, number=number, reason="Kad asal dilihat", by=by, at=AT)
    return user


def member_of(number: str = NUMBER) -> Member:
    made: Member = MemberFactory(identity_number=number, user=UserFactory(), birth_date=date(1990, 1, 1), name="AMINAH BINTI YUSOF")
    return made


def colleague() -> User:
    return UserFactory(counter_officer=True)


def register(by: User) -> object:
    paper = person(identity_number=NUMBER, birth_date=date(1990, 1, 1))
    return registering.register(person=paper, checklist=checklist(), papers=[PDF], by=by, on=ON, at=AT)


def see(by: User) -> object:
    return lookup.see(whom=member_of(), reason=LookupReason.AT_COUNTER, by=by, at=AT)


def bind(by: User) -> object:
    return issue(member_of(), by)


def correct(by: User) -> object:
    return propose(member_of(), by, name="AMINAH BINTI YUSUF")


def take_over(by: User) -> object:
    """Somebody else's record is to bear the officer's number."""
    return propose(MemberFactory(birth_date=date(1990, 1, 1)), by, identity_number=NUMBER)


def decided(act: str) -> Callable[[User], object]:
    def decide(by: User) -> object:
        waits = propose(member_of(), colleague(), name="AMINAH BINTI YUSUF")
        more = {"comment": "Tidak jelas"} if act == "refuse" else {}
        return getattr(queue, act)(proposal_id=waits.pk, by=by, on=ON, at=AT, **more)

    return decide


def bind_risky(by: User) -> object:
    waits = issue(member_of(), colleague(), checklist=without_thumb(Thumb.REFUSED)).proposal
    assert waits is not None
    return queue.approve(proposal_id=waits.pk, by=by, on=ON, at=AT)


def compare_names(by: User) -> object:
    member = member_of()
    TacPhoneFactory(user=member.user)
    return bank_accounts.decide(account=near(member), right=True, by=by, at=clock.now())


def reveal(by: User) -> object:
    return looks.reveal(member=member_of(), field=Field.BIRTH_DATE, reason="Aduan ahli", by=by, at=AT, ip=None)


def appoint(by: User, thumb: Thumb = Thumb.MATCHED) -> appointing.Outcome:
    who = identifying.Person(name="Aminah binti Yusof", identity_kind=IdentityKind.MYKAD, identity_number=NUMBER)
    asked: dict[str, Any] = {"form": AppointmentForm.KWSP_1, "paper": PDF, "phone": PHONE, "language": "ms", "on": ON, "at": AT}
    looked = checklist() if thumb is Thumb.MATCHED else without_thumb(thumb)
    return appointing.appoint(employer=EmployerFactory(), person=who, said=identifying.NOTHING, checklist=looked, by=by, **asked)


def approve_appointment(by: User) -> object:
    waits = appoint(colleague(), Thumb.REFUSED).proposal
    assert waits is not None
    return appointment_queue.approve(proposal_id=waits.pk, by=by, on=ON, at=AT)


ACTS: dict[str, Callable[[User], object]] = {
    "member.register": register,
    "member.view": see,
    "counter.issue": bind,
    "counter.propose": correct,
    "counter.propose of another": take_over,
    "counter.approve": decided("approve"),
    "counter.approve of a phone": bind_risky,
    "counter.refuse": decided("refuse"),
    "counter.withdraw": decided("withdraw"),
    "bank_account.decide": compare_names,
    "record.reveal": reveal,
    "employer.appoint": appoint,
    "employer.approve": approve_appointment,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ACTS)
def test_no_officer_acts_on_the_own_record_and_another_does(act: str) -> None:
    mine, other = named(UserFactory(supervisor=True)), named(UserFactory(supervisor=True), "850505145555")

    with pytest.raises(OwnRecord):
        ACTS[act](mine)
    refused = AuditEvent.objects.get(refused=True, actor_id=mine.pk)
    assert (refused.action, refused.data["code"]) == (act.partition(" ")[0], "OWN_RECORD")
    Member.objects.filter(identity_number=NUMBER).update(identity_number="900101145600")
    ACTS[act](other)


@pytest.mark.parametrize(
    ("entered", "kind", "own"),
    [
        ((IdentityKind.MYPR, NUMBER), IdentityKind.MYKAD, True),
        ((IdentityKind.PASSPORT, "A1234567"), IdentityKind.PASSPORT, True),
        ((IdentityKind.PASSPORT, NUMBER), IdentityKind.MYKAD, False),
    ],
)
def test_papers_are_compared_as_the_register_does(entered: tuple[IdentityKind, str], kind: IdentityKind, own: bool) -> None:
    mine = named(colleague(), entered[1], entered[0])

    assert own_record.is_own(mine, kind=kind, number=entered[1]) is own


def test_the_latest_entry_counts_and_nobody_s_is_nobody_s() -> None:
    mine = named(named(colleague()), "850505145555")

    assert own_record.is_own(mine, kind="MYKAD", number="850505145555")
    assert not own_record.is_own(mine, kind="MYKAD", number=NUMBER)
    assert not own_record.owns(colleague(), member_of())


def test_what_was_entered_is_written_once() -> None:
    named(colleague())

    for act in (lambda: OfficerIdentity.objects.update(identity_number="X12345"), lambda: OfficerIdentity.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()


class TestPages:
    @pytest.fixture
    def client(self, administrator: User) -> Client:
        found = Client()
        assert sign_in_officer(found, with_authenticator("pentadbir9", Role.ADMINISTRATOR).user_id).status_code == 302
        return found

    @pytest.mark.parametrize(("prefix", "words"), [("", "Ini rekod anda sendiri"), ("/en", "This is your own record")])
    def test_the_own_record_at_the_counter_is_refused_in_words(self, prefix: str, words: str) -> None:
        mine, browser, member = with_authenticator("kaunter09"), Client(), member_of()
        named(mine)
        sign_in_officer(browser, "kaunter09")
        browser.post("/counter/", {"q": member.number, "reason": "AT_COUNTER"})

        for path in (f"/counter/members/{member.number}/", f"/counter/members/{member.number}/correct/"):
            answer = browser.get(prefix + path)
            assert (answer.status_code, words in text_of(answer)) == (403, True)

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_an_administrator_enters_who_an_officer_is(self, client: Client, prefix: str) -> None:
        mine = colleague()
        asked = {"identity_kind": "MYKAD", "identity_number": "900101-14 5678", "reason": "Kad asal dilihat"}
        listed = text_of(client.get(f"{prefix}/staff/officers/"))
        assert {"": "Belum dimasukkan", "/en": "Not entered yet"}[prefix] in listed

        answers = [client.post(f"{prefix}/staff/officers/{mine.pk}/", asked) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        row = OfficerIdentity.objects.get()
        assert (row.identity_number, row.user, row.reason) == (NUMBER, mine, "Kad asal dilihat")
        assert "5678" in text_of(client.get(f"{prefix}/staff/officers/"))
        assert NUMBER not in client.get(f"{prefix}/staff/officers/{mine.pk}/").content.decode()
        event = AuditEvent.objects.get(action="officer.name", refused=False)
        assert (event.data["reason"], NUMBER in str(event.data)) == ("Kad asal dilihat", False)

    @pytest.mark.parametrize(
        ("changed", "status", "words"),
        [
            ({"identity_number": "12"}, 422, "12"),
            ({"identity_number": ""}, 422, "Masukkan nombor pada dokumen"),
            ({"reason": ""}, 422, "Tulis sebab"),
            ({"reason": "ok"}, 422, "5 aksara"),
            ({"identity_number": "850505145555"}, 409, "pegawai lain"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_kept(self, client: Client, changed: dict[str, str], status: int, words: str) -> None:
        named(colleague(), "850505145555")
        mine = colleague()
        asked = {"identity_kind": "MYKAD", "identity_number": NUMBER, "reason": "Kad asal dilihat", **changed}

        answer = client.post(f"/staff/officers/{mine.pk}/", asked)

        assert (answer.status_code, words in text_of(answer)) == (status, True), text_of(answer)
        assert "<title>Ralat:" in answer.content.decode()
        assert own_record.identity_of(mine) is None

    def test_nobody_enters_the_own_and_members_are_no_officers(self, client: Client) -> None:
        own, member = User.objects.get(user_id="pentadbir9"), UserFactory()

        assert "Pentadbir lain mesti membuatnya" in text_of(client.get(f"/staff/officers/{own.pk}/"))
        asked = {"identity_kind": "MYKAD", "identity_number": NUMBER, "reason": "Kad asal dilihat"}
        assert client.post(f"/staff/officers/{own.pk}/", asked).status_code == 403
        assert client.get(f"/staff/officers/{member.pk}/").status_code == 404
