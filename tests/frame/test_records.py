"""The whole record of a member or an employer (/staff/records/): a reason first, masked, part by part as the role has it, and few queries."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape
from django_otp.plugins.otp_totp.models import TOTPDevice

from employers.enums import EmployerRole
from kwsp_portal import audit
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.permissions import FIELDS, OFFICERS, SECTIONS, Field, Section, Who
from kwsp_portal.frame.records import looks, messages, words
from kwsp_portal.notify import addresses, kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from members.enums import ProposalKind
from members.identity import phones
from members.identity.enums import Bound, Role
from members.identity.models import EmailAddress, User
from members.identity.models_tac import Authenticator, Standing
from members.models import CounterProposal, IdentityCheck, Member
from members.views import reasons
from tests import factories
from tests.identity.conftest import PASSWORD, SECRET, sign_in, sign_in_known, sign_in_officer
from tests.identity.conftest import person as person
from tests.jobs.threads import meet_at
from tests.ledger.acts import together
from tests.members.conftest import credited

pytestmark = pytest.mark.django_db
WHY = "Aduan 2026/17"
TAC, PHONE = "+60123456789", "+60137778888"
FULL = {
    Field.IDENTITY_NUMBER: "900101-14-5678",
    Field.BIRTH_DATE: "1 Jan 1990",
    Field.PHONE: "013-777 8888",
    Field.TAC_PHONE: "012-345 6789",
    Field.ADDRESS: "12 Jalan Mawar",
    Field.HOME_ADDRESS: "Kampung Baru",
}


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()


@pytest.fixture
def member(person: Any) -> Member:
    user = person("ahlisatu")
    found: Member = factories.MemberFactory(
        number="39000042", user=user, name="ROHANI BINTI KASIM", identity_number="900101145678", phone=PHONE,
        address="12 Jalan Mawar\n43000 Kajang", home_address="Kampung Baru",
    )  # fmt: skip
    phones.bind(user=user, number=TAC, how=Bound.COUNTER, by=None, at=clock.now())
    return found


def officer(role: Role = Role.AUDITOR, user_id: str = "pegawai99") -> Client:
    """Signed in with the second factor."""
    user = User.objects.create_user(user_id, PASSWORD, role=role, name=f"Pegawai {user_id}", secret_phrase="biru kapal")
    TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
    client = Client()
    sign_in_officer(client, user_id)
    return client


def look(client: Client, whose: str = "39000042", reason: str = WHY) -> Any:
    return client.post("/staff/records/", {"whose": whose, "reason": reason})


def page(client: Client, address: str = "/staff/records/members/39000042/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def reveal(client: Client, field: str, reason: str = WHY) -> Any:
    return client.post("/staff/records/members/39000042/reveal/", {"field": field, "reason": reason})


# A reason first


@pytest.mark.parametrize("whose", ["39000042", "900101-14-5678", " 900101 14 5678", "AhliSatu"])
def test_a_member_is_found_by_any_own_number_and_the_reason_is_in_the_own_log(member: Member, whose: str) -> None:
    client = officer()

    answer = look(client, whose)

    assert (answer.status_code, answer.url) == (302, "/staff/records/members/39000042/")
    assert "ROHANI BINTI KASIM" in page(client)
    event = AuditEvent.objects.get(action="record.look")
    assert event.data == {"reason": WHY}
    assert {member.subject, member.user.subject} <= set(event.subjects)  # type: ignore[union-attr]
    own = Client()
    sign_in_known(own, "ahlisatu")
    shown = page(own, "/member/activity/")
    assert "Rekod penuh dilihat oleh pegawai" in shown
    assert f"Sebab: {WHY}" in shown
    assert "Pegawai KWSP: Juruaudit" in shown
    assert "Pegawai pegawai99" not in shown


def test_without_a_reason_nothing_is_said_but_the_number(member: Member) -> None:
    client = officer()

    shown = page(client)

    assert ("ROHANI" in shown, 'value="39000042"' in shown) == (False, True)
    assert reveal(client, "PHONE").url == "/staff/records/members/39000042/"
    assert not AuditEvent.objects.filter(action__startswith="record.").exists()
    for reason in ("", "abc", "x" * 201):
        assert look(client, reason=reason).status_code == 422


def test_a_look_ends_after_a_quarter_of_an_hour(member: Member) -> None:
    client = officer()
    look(client)
    session = client.session
    session[reasons.SAID] = {member.subject: ["Semakan aduan", int((clock.now() - reasons.HOLDS).timestamp())]}
    session.save()

    assert "ROHANI" not in page(client)


def test_of_one_look_no_other_record_opens(member: Member) -> None:
    factories.MemberFactory(number="39000043", name="SITI")
    client = officer()
    look(client)

    assert "SITI" not in page(client, "/staff/records/members/39000043/")


def test_absent_ones_are_one_404_and_a_guess_is_kept(member: Member) -> None:
    client = officer()
    look(client)
    answers = [
        client.get(f"/staff/records/{kind}/{number}/")
        for kind, number in (("members", "99999999"), ("members", "x"), ("employers", "99999999"), ("employers", "39000042"))
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert look(client, "99999999").status_code == 422
    assert AuditEvent.objects.filter(action="record.look", refused=True, data__code="UNKNOWN").count() == 1


def test_more_than_an_hour_allows_are_refused_and_guesses_count(member: Member, settings: Any) -> None:
    settings.COUNTER_LOOKUPS_AN_HOUR = 3
    client = officer()
    look(client)
    look(client, "99999999")
    assert reveal(client, "PHONE").status_code == 200

    assert look(client).status_code == 429
    assert reveal(client, "PHONE").status_code == 429
    assert AuditEvent.objects.filter(action__startswith="record.", data__code="TOO_MANY").count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_looks_at_once_only_as_many_as_an_hour_allows_are_had(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.COUNTER_LOOKUPS_AN_HOUR = 1
    members, by = [factories.MemberFactory() for _ in range(2)], factories.UserFactory(role=Role.AUDITOR)
    asked = {"field": Field.PHONE, "reason": WHY, "by": by, "at": clock.now(), "ip": None}
    meet_at(monkeypatch, looks, "require_few")

    found = together(2, lambda place: looks.reveal(member=members[place], **asked))

    assert [type(one) for one in found].count(looks.TooMany) == 1
    assert AuditEvent.objects.filter(action="record.reveal", refused=False).count() == 1


# Masked, and revealed one by one


def test_everything_that_names_a_person_is_masked(member: Member) -> None:
    client = officer()
    look(client)

    shown = page(client)

    assert [full for full in (*FULL.values(), TAC, PHONE, "900101145678", "+60") if full in shown.replace("+60•", "")] == []
    assert "******-**-5678" in shown
    assert "••••••8888" in shown or "•8888" in shown


@pytest.mark.parametrize("field", list(FULL))
def test_a_field_is_revealed_alone_in_one_answer_that_nobody_keeps(member: Member, field: Field) -> None:
    client = officer()
    look(client)

    answer = reveal(client, field.value)

    shown = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 200
    assert FULL[field] in shown
    assert [other for name, other in FULL.items() if name is not field and other in shown] == []
    assert answer["Cache-Control"] == "no-store"
    assert answer["Refresh"] == "60; url=/staff/records/members/39000042/"
    assert FULL[field] not in page(client)
    event = AuditEvent.objects.get(action="record.reveal")
    assert event.data == {"field": field.value, "reason": WHY}
    assert member.subject in event.subjects
    assert FULL[field] not in str(event.data)


def test_the_member_reads_which_field_and_why(member: Member) -> None:
    client = officer()
    look(client)
    reveal(client, "ADDRESS", "Surat dipulangkan")
    own = Client()
    sign_in_known(own, "ahlisatu")

    shown = page(own, "/member/activity/")

    assert "Butiran: Alamat surat-menyurat" in shown
    assert "Sebab: Surat dipulangkan" in shown
    assert "Details: Postal address" in page(own, "/en/member/activity/")


@pytest.mark.parametrize(("field", "reason"), [("PHONE", ""), ("PHONE", "abc"), ("", WHY), ("PASSWORD", WHY), ("secret_phrase", WHY)])
def test_without_a_reason_or_a_field_nothing_is_revealed(member: Member, field: str, reason: str) -> None:
    client = officer()
    look(client)

    answer = reveal(client, field, reason)

    assert answer.status_code == 422
    assert "013-777 8888" not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="record.reveal").exists()


def test_an_e_mail_address_is_masked_too(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(addresses._FINDERS, (Whose.MEMBER, Channel.EMAIL), lambda ids: dict.fromkeys(ids, "rohani@contoh.my"))
    client = officer()
    look(client)

    assert "r•••@contoh.my" in page(client)
    assert "rohani@contoh.my" in reveal(client, "EMAIL").content.decode()


# By role


@pytest.mark.parametrize("who", sorted(OFFICERS))
def test_each_role_sees_its_parts_and_no_others(member: Member, who: Who) -> None:
    headings = {one: f">{escape(words.SECTIONS[one])}</h2>" for one in Section if one not in (Section.WAGES, Section.PROPOSALS, Section.CORRECTIONS)}
    headings[Section.WAGES] = ">Upah dan syer</h2>"
    client = officer(Role(who))
    look(client)

    shown = page(client)

    assert {one for one, heading in headings.items() if heading in shown} == {one for one in headings if who in SECTIONS[one]}
    waits = ">Yang menunggu keputusan</h2>" in shown
    assert waits == (who in SECTIONS[Section.PROPOSALS] | SECTIONS[Section.CORRECTIONS])


@pytest.mark.parametrize("who", sorted(OFFICERS))
def test_each_role_has_its_fields_revealed_and_no_others(member: Member, who: Who) -> None:
    client = officer(Role(who))
    look(client)
    offered = set(re.findall(r'<option value="(\w+)"', page(client)))

    statuses = {field: reveal(client, field.value) for field in FULL}

    assert {field for field, answer in statuses.items() if answer.status_code == 200} == {field for field in FULL if who in FIELDS[field]}
    assert {field.value for field in FULL if who in FIELDS[field]} == offered
    refused = [answer for answer in statuses.values() if answer.status_code != 200]
    assert {answer.status_code for answer in refused} <= {403}
    assert [full for answer in refused for full in FULL.values() if full in answer.content.decode()] == []
    assert AuditEvent.objects.filter(action="record.reveal", refused=True, data__code="NO_RIGHT").count() == len(refused)


def test_the_table_covers_every_part_and_field() -> None:
    assert set(SECTIONS) == set(Section)
    assert set(FIELDS) == set(Field)
    assert {who for roles in (*SECTIONS.values(), *FIELDS.values()) for who in roles} == OFFICERS


# What is there


def _everything(member: Member) -> None:
    """One of all that a record can show."""
    user, at = member.user, clock.now()
    assert user is not None
    employer = factories.EmployerFactory(name="KILANG PAPAN SDN BHD")
    factories.EmploymentFactory(employer=employer, member=member)
    last = WageMonth.of(clock.business_date()).previous()
    for back in range(3):
        credited(member, employer, last.plus(-back - 1))
    factories.ElectionFactory(employer=employer, member=member, approved=True)
    clerk = factories.UserFactory(counter_officer=True)
    check = IdentityCheck.objects.create(
        member=member, door="COUNTER", paper="MYKAD", thumb="MATCHED", checked_by=clerk, checked_on=clock.business_date(), checked_at=at
    )
    CounterProposal.objects.create(
        member=member, kind=ProposalKind.CORRECTION, reason="x", identity_check=check, proposed_by=clerk,
        proposed_on=clock.business_date(), proposed_at=at,
    )  # fmt: skip
    figures = {"at": "x", "device": "x", "address": "x"}
    notify.send_sms(to=TAC, kind="NEW_DEVICE", figures=figures, language="ms", inbox=Inbox(Whose.MEMBER, member.pk), cause="usersession:1", at=at)
    Standing.objects.update_or_create(subject=user.subject, defaults={"blocked_at": at, "wrong_in_a_row": 30, "touched_at": at})
    Authenticator.objects.create(user=user, secret="AAAA", made_at=at, confirmed_at=at)
    own = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    sign_in_known(own, "ahlisatu")
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR="10.9.9.9"), "ahlisatu", "salah")


def test_a_full_record_in_both_languages(member: Member) -> None:
    _everything(member)
    client = officer()
    look(client)

    shown, english = page(client), page(client, "/en/staff/records/members/39000042/")

    for said in (
        *("i-Akaun aktif", "ahlisatu", "Kod TAC disekat", "Log masuk dikunci", "Dikunci sehingga", "Firefox", "Peranti yang dikenali"),
        *("KILANG PAPAN SDN BHD", "Telah dikreditkan", "6,250.00", "Pembetulan daftar", "Aplikasi pengesah sejak", "peti masuk"),
    ):
        assert said in shown, said
    for said in ("Full record", "TAC codes blocked", "Sign-in locked", "Wages and shares", "Savings", "Latest activity", "Reveal one detail"):
        assert said in english, said


def test_the_secrets_of_messages_are_not_there(member: Member) -> None:
    code = next(code for code, kind in kinds.KINDS.items() if kind.one_time_code)
    notify.send_sms(
        to=TAC, kind=code, figures=dict.fromkeys(kinds._places(code) - set(kinds.KINDS[code].secrets), "x"),
        secrets=dict.fromkeys(kinds.KINDS[code].secrets, "918273"), language="ms", inbox=None, cause="challenge:1", at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=3),
    )  # fmt: skip
    client = officer()
    look(client)

    assert "918273" not in page(client)


def _said(to: str, *, cause: str, at: Any, kind: str = "NEW_DEVICE", device: str = "x") -> None:
    figures = {"at": "x", "device": device, "address": "x"}
    send = notify.send_email if "@" in to else notify.send_sms
    send(to=to, kind=kind, figures=figures, language="ms", inbox=None, cause=cause, at=at)


def test_what_was_sent_to_the_number_before_it_was_theirs_or_of_another_is_not_there(member: Member, person: Any) -> None:
    other, now = person("orang2lain"), clock.now()
    bound = phones.current(member.user).bound_at  # type: ignore[arg-type, union-attr]
    _said(TAC, cause=f"password:{member.user_id}.1", at=bound - timedelta(days=1))
    _said(TAC, cause=f"password:{other.pk}.2", at=now)
    _said(TAC, cause="election:17", at=now)
    phone = phones.current(member.user)  # type: ignore[arg-type]
    bound_now = messages.of_member(member=member, phone=phone, email=None, size=5)
    assert [one.code for one in bound_now] == ["PHONE_BOUND"]

    _said(TAC, cause=f"password:{member.user_id}.3", at=now)

    newest = messages.of_member(member=member, phone=phone, email=None, size=1)
    assert [one.cause for one in newest] == [f"password:{member.user_id}.3"]


def test_an_e_mail_is_called_one(member: Member) -> None:
    at = clock.now()
    EmailAddress.objects.create(
        user=member.user, address="rohani@contoh.my", salt="x", mac="x", asked_at=at, sent_at=at, expires_at=at + timedelta(hours=1), verified_at=at
    )  # type: ignore[misc]
    _said("rohani@contoh.my", cause=f"password:{member.user_id}.4", at=at)
    client = officer()
    look(client)

    shown = page(client)

    assert (shown.count("E-mel menunggu dihantar"), shown.count("SMS menunggu dihantar")) == (1, 1), "the e-mail, and the SMS that told of the number"


def test_a_change_of_number_shows_until_when_money_waits(member: Member) -> None:
    phones.bind(user=member.user, number="+60198765432", how=Bound.COUNTER, by=None, at=clock.now())  # type: ignore[arg-type]
    client = officer(Role.WITHDRAWAL_OFFICER)
    look(client)

    assert "Tindakan yang memindahkan wang menunggu sehingga" in page(client)


def test_somebody_without_anything_has_words_for_each_part() -> None:
    factories.MemberFactory(number="39000042", phone="", name="BARU")
    client = officer()
    look(client)

    shown = page(client)

    for said in (
        *("Tiada i-Akaun", "Belum didaftarkan", "Tiada sekatan", "Tiada sesi yang masih dibuka", "Tiada peranti yang dikenali"),
        *("Tiada caruman dalam dua belas bulan ini", "Tiada caruman yang dikreditkan", "Tiada pilihan direkod", "Tiada apa-apa yang menunggu"),
        "Tiada makluman dan tiada mesej",
    ):
        assert said in shown, said


def test_a_record_is_few_queries_whatever_it_holds(member: Member, django_assert_max_num_queries: Any) -> None:
    _everything(member)
    client = officer()
    look(client)
    page(client)
    for number in range(40):
        audit.record(actor=None, action="tac.unblock", target=member.user, ip=f"10.0.0.{number}")

    with django_assert_max_num_queries(45) as counted:
        page(client)

    assert len(counted) > 20


def test_no_wages_for_a_counter_and_none_of_an_employer_s_drafts(member: Member) -> None:
    _everything(member)
    employer = factories.EmployerFactory(name="MAJIKAN LAIN")
    factories.ElectionFactory(employer=employer, member=member)
    client = officer(Role.COUNTER_OFFICER)
    look(client)

    shown = page(client)

    assert ("6,250.00" in shown, "MAJIKAN LAIN" in shown) == (False, False)
    assert "Halaman kaunter ahli ini" in shown


# The counter's way there, and employers


def test_the_counter_leads_there_with_the_reason_said_before(member: Member) -> None:
    client = officer(Role.COUNTER_OFFICER)
    client.post("/counter/", {"q": "39000042", "reason": "BY_PHONE"})
    assert 'href="/staff/records/members/39000042/"' in page(client, "/counter/members/39000042/")

    asked = page(client)

    assert 'value="Orang ini menelefon"' in asked
    assert look(client, reason="Orang ini menelefon").status_code == 302


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_an_employer_in_short(role: Role, person: Any, django_assert_max_num_queries: Any) -> None:
    employer = factories.EmployerFactory(number="10000077", name="KEDAI BUKU")
    user = person("wakilsatu", Role.REPRESENTATIVE)
    factories.RepresentativeFactory(employer=employer, user=user, role=EmployerRole.MAKER)
    factories.FilingFactory(employer=employer, approved=True)
    client = officer(role)
    assert "KEDAI BUKU" not in page(client, "/staff/records/employers/10000077/")
    assert look(client, "10000077").url == "/staff/records/employers/10000077/"

    with django_assert_max_num_queries(30):
        shown = page(client, "/staff/records/employers/10000077/")

    assert "KEDAI BUKU" in shown
    assert ("Menunggu bayaran" in shown) == (Who(role) in SECTIONS[Section.CONTRIBUTIONS])
    assert (user.name in shown) == (Who(role) in SECTIONS[Section.I_AKAUN])
    own = Client()
    sign_in_known(own, "wakilsatu")
    assert f"Sebab: {WHY}" in page(own, "/employer/activity/")


def test_an_employer_without_anything_has_words_for_each_part() -> None:
    factories.EmployerFactory(number="10000078")
    client = officer()
    look(client, "10000078")

    shown = page(client, "/staff/records/employers/10000078/")

    assert [said for said in ("Tiada wakil", "Belum ada Borang A", "Tiada makluman dan tiada mesej") if said not in shown] == []
