"""An officer shuts somebody's doors with a reason; another opens them again. Sessions, tokens and invitations end at once, and the person is told."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.enums import IdentityKind
from members.identity.enums import Role
from members.identity.models import User, UserSession
from members.models import AccessBlock
from members.services import blocking, own_record
from members.services.own_record import OwnRecord
from tests.contributions.pages import Person, signed_in, text_of
from tests.factories import MemberFactory, RepresentativeFactory, UserFactory
from tests.factories.identity import PASSWORD, ApiTokenFactory, TacPhoneFactory
from tests.identity.conftest import sign_in, sign_in_known
from tests.members.test_counter_pages import at_the_counter

pytestmark = pytest.mark.django_db
WHY = "Telefon dicuri, dilaporkan melalui talian"
BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


@pytest.fixture
def person() -> User:
    user: User = UserFactory()
    MemberFactory(user=user)
    TacPhoneFactory(user=user)
    return user


@pytest.fixture
def supervisor() -> Person:
    return at_the_counter("penyelia9", Role.SUPERVISOR)


def colleague(prefix: str = "") -> Person:
    return at_the_counter("penyelia8", Role.SUPERVISOR, prefix)


def page(user: User) -> str:
    return f"/staff/users/{user.pk}/"


def block(user: User, by: User | None = None) -> AccessBlock:
    return blocking.block(user=user, reason=WHY, by=by or UserFactory(supervisor=True), at=clock.now())


@BOTH
def test_a_supervisor_blocks_and_every_door_is_shut_at_once(person: User, prefix: str) -> None:
    theirs, officer = signed_in(person), at_the_counter("penyelia9", Role.SUPERVISOR, prefix)
    token = ApiTokenFactory(user=person)
    found = officer.post("/staff/users/", user_id=person.user_id.upper())
    assert found["Location"] == prefix + page(person)

    answers = [officer.post(page(person), action="block", reason=WHY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    gone = theirs.get("/member/")
    assert (gone.status_code, "ended=deactivated" in gone["Location"]) == (302, True)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert set(UserSession.objects.filter(user=person).values_list("why", flat=True)) == {"DEACTIVATED"}
    assert sign_in_known(Client(), person.user_id, PASSWORD).status_code == 422
    assert {"": "Disekat", "/en": "Blocked"}[prefix] in text_of(officer.get(page(person)))
    assert Message.objects.filter(code="ACCESS_BLOCKED", channel="SMS").count() == 1
    assert Notice.objects.filter(code="ACCESS_BLOCKED").count() == 1
    [event] = AuditEvent.objects.filter(action="access.block", refused=False)
    assert (event.data["reason"], event.data["before"], event.data["after"]) == (WHY, {"access": "OPEN"}, {"access": "BLOCKED"})


def test_a_blocked_person_is_refused_in_the_words_of_a_wrong_password(person: User) -> None:
    other = UserFactory()
    block(person)

    with time_machine.travel(datetime.now(UTC), tick=False):
        blocked, wrong = sign_in(Client(), person.user_id, PASSWORD), sign_in(Client(), other.user_id, "salah-salah-salah")

    assert (blocked.status_code, text_of(blocked).replace(person.user_id, "")) == (wrong.status_code, text_of(wrong).replace(other.user_id, ""))


@BOTH
def test_another_officer_opens_it_again_and_who_blocked_does_not(person: User, supervisor: Person, prefix: str) -> None:
    supervisor.post(page(person), action="block", reason=WHY)
    refused = supervisor.post(page(person), action="unblock", reason="Sudah selesai")
    other = colleague(prefix)

    answers = [other.post(page(person), action="unblock", reason="Orang itu datang ke kaunter") for _ in range(2)]

    assert (refused.status_code, "Pegawai lain mesti membukanya semula" in text_of(refused)) == (403, True)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert sign_in_known(Client(), person.user_id, PASSWORD).status_code == 302
    assert Message.objects.filter(code="ACCESS_OPENED").count() == 1
    history = text_of(other.get(page(person)))
    assert WHY in history
    assert "Orang itu datang ke kaunter" in history


@pytest.mark.parametrize(("prefix", "shut", "opened"), [("", "Sekat akses", "Buka semula akses"), ("/en", "Block access", "Open access again")])
def test_the_page_offers_what_may_be_done_and_nothing_else(person: User, prefix: str, shut: str, opened: str) -> None:
    """Inside a template's block the name `block` is the block itself, which is always there."""
    officer, other = at_the_counter("penyelia11", Role.SUPERVISOR, prefix), at_the_counter("penyelia12", Role.SUPERVISOR, prefix)

    before = text_of(officer.get(page(person)))
    assert (shut in before, opened in before) == (True, False)
    officer.post(page(person), action="block", reason="Telefon dicuri")
    after = text_of(other.get(page(person)))
    assert (shut in after, opened in after) == (False, True)


def test_what_a_colleague_did_already_is_said(person: User, supervisor: Person) -> None:
    block(person)
    assert "rakan sekerja" in text_of(supervisor.post(page(person), action="block", reason=WHY))
    blocking.unblock(user=person, reason="Sudah selesai", by=UserFactory(supervisor=True), at=clock.now())
    late = supervisor.post(page(person), action="unblock", reason="Sudah selesai")
    assert (late.status_code, "sudah terbuka" in text_of(late)) == (409, True)


@pytest.mark.parametrize("reason", ["", "ok", "        "])
def test_without_a_reason_nothing_happens(person: User, supervisor: Person, reason: str) -> None:
    answer = supervisor.post(page(person), action="block", reason=reason)

    assert (answer.status_code, "Tulis sebab" in text_of(answer), AccessBlock.objects.count()) == (422, True, 0)


def test_an_unknown_user_id_is_said_with_what_was_typed_kept(supervisor: Person) -> None:
    answer = supervisor.post("/staff/users/", user_id="tiadasiapa")

    assert (answer.status_code, "Tiada pengguna dengan ID itu" in text_of(answer), 'value="tiadasiapa"' in answer.content.decode()) == (
        422,
        True,
        True,
    )


def test_officers_are_the_administrator_s_and_nobody_s_own(supervisor: Person) -> None:
    officer, own = UserFactory(counter_officer=True), User.objects.get(user_id="penyelia9")

    assert supervisor.post(page(officer), action="block", reason=WHY).status_code == 403
    assert supervisor.post(page(own), action="block", reason=WHY).status_code == 403
    assert block(officer, UserFactory(administrator=True)).user == officer
    with pytest.raises(blocking.NotAllowed, match="NO_RIGHT"):
        block(UserFactory(), UserFactory(counter_officer=True))


def test_the_own_record_is_another_officer_s(person: User) -> None:
    by = UserFactory(supervisor=True)
    kind = IdentityKind(person.member.identity_kind)
    at, named_by = clock.now(), UserFactory(administrator=True)
    own_record.name(user=by, kind=kind, number=person.member.identity_number, reason="Kad asal dilihat", by=named_by, at=at)

    with pytest.raises(OwnRecord):
        block(person, by)


def test_an_invited_representative_s_code_is_void() -> None:
    user = RepresentativeFactory(user=UserFactory(representative=True)).user
    block(user)

    assert not user.invitations.filter(used_at__isnull=True, voided_at__isnull=True).exists()


def test_the_database_keeps_what_was_written(person: User) -> None:
    row = block(person)

    for change in ({"reason": "x"}, {"blocked_by": UserFactory()}):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            AccessBlock.objects.filter(pk=row.pk).update(**change)
    blocking.unblock(user=person, reason="Sudah selesai", by=UserFactory(supervisor=True), at=clock.now())
    with pytest.raises(IntegrityError, match="access_block_is_over"), transaction.atomic():
        AccessBlock.objects.filter(pk=row.pk).update(lift_reason="lain")
