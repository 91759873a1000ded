"""A member's account for payments: asked for under a code, named by the bank, cooling off, cancelled; what is kept, and who is told."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.names import AccountKind, AccountState
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.enums import BankAccountRefusal, BankAccountState, NameMatch, Waits
from members.identity import cancelling, phones, services, tac
from members.identity.enums import Bound, Purpose, Role
from members.identity.models import Approval, Challenge, User
from members.models import BankAccount, Member
from members.selectors import bank_accounts as selectors
from members.selectors import cooling
from members.services import account_names, bank_accounts
from tests import factories
from tests.identity.tac_codes import digits_of
from tests.identity.test_security_pages import text_of
from tests.members import bank_names

pytestmark = pytest.mark.django_db
PAGE, CHANGE, CANCEL = "/member/bank-account/", "/member/bank-account/change/", "/member/bank-account/cancel/"
BANK, NUMBER = "MBBEMYKL", "114123456789"
OTHER_BANK, OTHER = "PBBEMYKL", "6123456780"
DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def _told_bank(settings: LazySettings) -> Iterator[None]:
    settings.BANK_NAMES = {"gateway": "tests.members.bank_names.ToldBank"}
    bank_names.ASKED.clear()
    bank_names.NEXT.clear()
    yield
    assert bank_names.NEXT == []


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="members.identity.backends.Activated")
    session = client.session
    session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
    if user.is_officer:
        session["otp_device_id"] = TOTPDevice.objects.create(user=user, name="telefon", confirmed=True).persistent_id
    session.save()
    return client


@pytest.fixture
def member(db: None) -> Member:
    user = factories.UserFactory()
    factories.TacPhoneFactory(user=user)
    return factories.MemberFactory(user=user, name="AMINAH BINTI YUSOF")


@pytest.fixture
def client(member: Member) -> Client:
    return signed_in(member.user)


def asked(client: Client, bank: str = BANK, number: str = NUMBER) -> Any:
    form = {"bank": bank, "account": number}
    client.post(CHANGE, {**form, "tac_send": "1"})
    return client.post(CHANGE, {**form, "tac": digits_of(Challenge.objects.latest("pk"))})


def approval_of(member: Member, *, at: datetime, bank: str = BANK, number: str = NUMBER) -> Approval:
    shown = bank_accounts.shown(bank=bank, number=number)
    challenge = tac.issue(user=member.user, purpose=Purpose.BANK_ACCOUNT, shown=shown, at=at)
    return tac.verify(challenge=challenge, user=member.user, digits=digits_of(challenge), at=at)


def taken(member: Member, *, at: datetime | None = None, bank: str = BANK, number: str = NUMBER) -> BankAccount:
    at = at or clock.now()
    row = bank_accounts.ask(member=member, bank=bank, number=number, approval=approval_of(member, at=at, bank=bank, number=number), at=at)
    account_names.verify(account_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def told(kind: str) -> list[str]:
    return list(Message.objects.filter(code=kind).order_by("pk").values_list("to", flat=True))


# A change of number that its person did not want ------------------------------------------------------------


def changed_number(member: Member) -> datetime:
    """By somebody else, twenty hours ago."""
    since = clock.now() - timedelta(hours=20)
    phones.bind(user=member.user, number="+60198765432", how=Bound.COUNTER, by=None, at=since)
    return since


def test_the_account_of_a_number_that_is_cancelled_goes_with_it(member: Member) -> None:
    own = taken(member, at=clock.now() - 9 * DAY)
    since = changed_number(member)
    taken(member, at=since + DAY / 24, bank=OTHER_BANK, number=OTHER)
    taken(member, at=since + DAY / 12, bank=OTHER_BANK, number="6123456781")

    cancelling.cancel(user=member.user, at=clock.now())

    row = selectors.current(member)
    assert row is not None
    assert (row.number, row.cooling_until) == (NUMBER, own.cooling_until)
    assert told("BANK_ACCOUNT_CANCELLED")


def test_what_is_on_its_way_goes_too_and_a_first_account_leaves_none(member: Member) -> None:
    since = changed_number(member)
    taken(member, at=since + DAY / 24)
    bank_accounts.ask(
        member=member, bank=OTHER_BANK, number=OTHER, approval=approval_of(member, at=clock.now(), bank=OTHER_BANK, number=OTHER), at=clock.now()
    )

    cancelling.cancel(user=member.user, at=clock.now())

    assert (selectors.current(member), selectors.on_its_way(member)) == (None, None)


@pytest.mark.parametrize("cancelled", [False, True])
def test_the_account_from_before_the_change_stays(member: Member, cancelled: bool) -> None:
    """Also where a thief's account took its place and was cancelled: it is the same one again."""
    taken(member, at=clock.now() - 9 * DAY)
    since = changed_number(member)
    if cancelled:
        taken(member, at=since + DAY / 24, bank=OTHER_BANK, number=OTHER)
        bank_accounts.cancel(member=member, at=clock.now())
    before = selectors.current(member)

    cancelling.cancel(user=member.user, at=clock.now())

    assert selectors.current(member) == before
    assert before is not None
    assert before.number == NUMBER


# Asking ----------------------------------------------------------------------------------------------------


def test_an_account_is_taken_when_the_bank_names_the_member(client: Client, member: Member) -> None:
    answer = asked(client, number="1141 2345-6789")

    assert answer["Location"] == PAGE
    page = text_of(client.get(PAGE))
    assert "Maybank •••• 6789" in page
    assert NUMBER not in page
    assert bank_names.ASKED[0].holder == member.name
    assert (bank_names.ASKED[0].bank, bank_names.ASKED[0].account) == (BANK, NUMBER)
    row = selectors.current(member)
    assert row is not None
    assert (row.number, row.match) == (NUMBER, NameMatch.FULL)


def test_the_sms_of_the_code_names_bank_and_last_digits_only(client: Client) -> None:
    client.post(CHANGE, {"bank": BANK, "account": NUMBER, "tac_send": "1"})

    message = Message.objects.get(code="TAC_BANK_ACCOUNT")
    assert message.figures == {"bank_name": "Maybank", "ending": "6789"}


def test_the_code_is_for_this_bank_and_this_number(client: Client, member: Member) -> None:
    client.post(CHANGE, {"bank": BANK, "account": NUMBER, "tac_send": "1"})
    digits = digits_of(Challenge.objects.latest("pk"))

    for changed in ({"bank": BANK, "account": "114123456780"}, {"bank": "BKRMMYKL", "account": NUMBER}):
        assert client.post(CHANGE, {**changed, "tac": digits}).status_code == 422
    assert not BankAccount.objects.exists()


def test_nothing_is_asked_of_the_bank_without_the_code(client: Client) -> None:
    answer = client.post(CHANGE, {"bank": BANK, "account": NUMBER, "tac": "123456"})

    assert answer.status_code == 422
    assert bank_names.ASKED == []
    assert f'value="{NUMBER}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"bank": "", "account": NUMBER}, "Pilih bank anda"),
        ({"bank": "XXXX", "account": NUMBER}, "Pilih bank daripada senarai"),
        ({"bank": BANK, "account": ""}, "Masukkan nombor akaun"),
        ({"bank": BANK, "account": "11412345678"}, "ditemui 11 angka, dijangka 12"),
        ({"bank": "CIBBMYKL", "account": "12345"}, "dijangka 10 / 14"),
        ({"bank": BANK, "account": "1141x3456789"}, "Taip angka sahaja"),
    ],
)
def test_what_has_not_the_bank_s_form_is_said_before_a_code_goes_out(client: Client, form: dict[str, str], said: str) -> None:
    answer = client.post(CHANGE, {**form, "tac_send": "1"})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Challenge.objects.exists()


def test_the_second_click_asks_once(client: Client, member: Member) -> None:
    form = {"bank": BANK, "account": NUMBER}
    client.post(CHANGE, {**form, "tac_send": "1"})
    digits = digits_of(Challenge.objects.latest("pk"))

    answers = [client.post(CHANGE, {**form, "tac": digits})["Location"] for _time in range(2)]

    assert answers == [PAGE, PAGE]
    assert BankAccount.objects.count() == 1
    assert len(told("BANK_ACCOUNT_CHANGED")) == 1


def test_five_accounts_a_day_at_most(member: Member) -> None:
    at = clock.now()
    for nth in range(5):
        bank_names.NEXT.append(bank_names.of("SOMEBODY ELSE"))
        taken(member, at=at + timedelta(minutes=nth), number=f"11412345678{nth}")

    with pytest.raises(bank_accounts.NotNow, match="TOO_MANY"):
        bank_accounts.check(member=member, bank=BANK, number="114123456799", at=at + timedelta(hours=23))
    bank_accounts.check(member=member, bank=BANK, number="114123456799", at=at + DAY)


def test_the_current_account_again_costs_no_code(client: Client, member: Member) -> None:
    taken(member)
    before = Challenge.objects.count()

    answer = client.post(CHANGE, {"bank": BANK, "account": NUMBER, "tac_send": "1"})

    assert "Itu akaun anda sekarang" in text_of(answer)
    assert Challenge.objects.count() == before


# What the bank says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "why", "said"),
    [
        (bank_names.of("", state=AccountState.UNKNOWN, kind=None), "NO_ACCOUNT", "tiada akaun dengan nombor ini"),
        (bank_names.of("AMINAH BINTI YUSOF", state=AccountState.CLOSED), "CLOSED", "telah ditutup"),
        (bank_names.of("AMINAH BINTI YUSOF", kind=AccountKind.JOINT), "JOINT", "akaun bersama"),
        (bank_names.of("AMINAH BINTI YUSOF", kind=AccountKind.COMPANY), "COMPANY", "akaun syarikat"),
        (bank_names.of("SITI CONTOH BINTI LAIN"), "NAME", "bukan nama anda"),
    ],
)
def test_what_is_not_the_member_s_own_account_is_refused_in_words(client: Client, member: Member, answer: Any, why: str, said: str) -> None:
    bank_names.NEXT.append(answer)

    asked(client)

    page = text_of(client.get(PAGE))
    assert said in page
    assert "SITI CONTOH" not in page
    row = BankAccount.objects.get()
    assert (row.state, row.why) == (BankAccountState.REFUSED, why)
    assert selectors.current(member) is None
    assert cooling.of(member, at=clock.now()) is None
    assert Notice.objects.filter(code="BANK_ACCOUNT_REFUSED").count() == 1


def test_while_the_bank_is_silent_the_account_waits_and_is_asked_about_again(client: Client, member: Member) -> None:
    bank_names.NEXT.append("TIMEOUT")

    assert asked(client)["Location"] == PAGE

    assert "Bank belum menjawab" in text_of(client.get(PAGE))
    assert account_names.verify_due(at=clock.now()) == 0
    assert account_names.verify_due(at=clock.now() + timedelta(seconds=31)) == 1
    assert selectors.current(member) is not None
    assert len({question.key for question in bank_names.ASKED}) == 1


def test_an_answer_that_is_not_believed_decides_nothing(client: Client, member: Member) -> None:
    bank_names.NEXT.append("BAD_SIGNATURE")

    asked(client)

    assert BankAccount.objects.get().state == BankAccountState.ASKED


def test_after_three_days_of_silence_the_member_is_told(member: Member) -> None:
    bank_names.NEXT += ["TIMEOUT", "TIMEOUT"]
    at = clock.now()
    row = taken(member, at=at)

    account_names.verify_due(at=at + timedelta(days=3))

    row.refresh_from_db()
    assert (row.state, row.why) == (BankAccountState.REFUSED, BankAccountRefusal.SILENT)


def test_a_silent_bank_costs_one_time_out_a_round() -> None:
    at = clock.now()
    people = [factories.MemberFactory(user=factories.UserFactory()) for _nth in range(4)]
    for nth, one in enumerate(people):
        bank = BANK if nth < 3 else OTHER_BANK
        BankAccount.objects.create(member=one, bank=bank, number=NUMBER, ending="6789", asked_at=at, due_at=at + timedelta(seconds=nth))
    bank_names.NEXT.append("UNREACHABLE")

    answered = account_names.verify_due(at=at + timedelta(minutes=1))

    assert answered == 1
    assert [question.bank for question in bank_names.ASKED] == [BANK, OTHER_BANK]


def test_an_answer_that_comes_after_the_member_gave_up_changes_nothing(member: Member) -> None:
    bank_names.NEXT.append("TIMEOUT")
    row = taken(member)

    bank_accounts.give_up(member=member, at=clock.now())
    after = bank_accounts.record(account=row, answer=bank_names.of(member.name), at=clock.now())

    assert after.state == BankAccountState.GIVEN_UP
    assert selectors.current(member) is None


def test_the_same_answer_twice_begins_once(member: Member) -> None:
    row = taken(member)

    bank_accounts.record(account=row, answer=bank_names.of(member.name), at=clock.now())

    assert BankAccount.objects.filter(state=BankAccountState.CURRENT).count() == 1
    assert len(told("BANK_ACCOUNT_CHANGED")) == 1


def test_giving_up_is_a_button_that_may_be_pressed_twice(client: Client) -> None:
    bank_names.NEXT.append("TIMEOUT")
    asked(client)

    answers = [client.post(PAGE)["Location"] for _time in range(2)]

    assert answers == [PAGE, PAGE]
    assert AuditEvent.objects.filter(action="bank_account.give_up").count() == 1
    assert "Akaun yang terdahulu" in text_of(client.get(PAGE))


# A name that is near ---------------------------------------------------------------------------------------


def near(member: Member) -> BankAccount:
    bank_names.NEXT.append(bank_names.of("AMINAH BINTI YUSUF"))
    return taken(member)


def test_a_near_name_waits_for_an_officer(client: Client, member: Member) -> None:
    row = near(member)

    assert row.state == BankAccountState.REVIEW
    page = text_of(client.get(PAGE))
    assert "Bawa buku bank anda ke kaunter" in page
    assert "YUSUF" not in page
    assert selectors.current(member) is None


def test_an_officer_compares_the_names_and_decides_once(member: Member) -> None:
    row = near(member)
    officer, colleague = (signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER)) for _one in range(2))
    assert member.name in text_of(officer.get("/counter/bank-accounts/"))
    assert "AMINAH BINTI YUSUF" in text_of(officer.get(f"/counter/bank-accounts/{row.pk}/"))
    assert "1 nama akaun bank menunggu" in text_of(officer.get("/counter/queue/"))

    answer = officer.post(f"/counter/bank-accounts/{row.pk}/", {"action": "right"})
    again = officer.post(f"/counter/bank-accounts/{row.pk}/", {"action": "right"}, follow=True)
    late = colleague.post(f"/counter/bank-accounts/{row.pk}/", {"action": "wrong"}, follow=True)

    assert answer["Location"] == "/counter/bank-accounts/"
    assert "rakan sekerja" not in text_of(again)
    assert "rakan sekerja" in text_of(late)
    current = selectors.current(member)
    assert current is not None
    assert current.decided_by is not None
    assert AuditEvent.objects.filter(action="bank_account.decide").count() == 1


def test_the_member_reads_that_an_officer_saw_the_name_at_the_bank(member: Member, settings: Any) -> None:
    row = near(member)
    officer = signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER))
    for page in ("/counter/bank-accounts/", f"/counter/bank-accounts/{row.pk}/"):
        officer.get(page)

    seen = AuditEvent.objects.filter(subjects__contains=[member.subject]).order_by("-seq")[:2]
    assert [event.action for event in seen] == ["member.view", "bank_account.list"]
    settings.COUNTER_LOOKUPS_AN_HOUR = 0
    assert signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER)).get(f"/counter/bank-accounts/{row.pk}/").status_code == 429


def test_an_officer_may_find_somebody_else_s_book(member: Member) -> None:
    row = near(member)

    signed_in(factories.UserFactory(role=Role.SUPERVISOR)).post(f"/counter/bank-accounts/{row.pk}/", {"action": "wrong"})

    row.refresh_from_db()
    assert (row.state, row.why) == (BankAccountState.REFUSED, BankAccountRefusal.OFFICER)


def test_an_account_without_a_question_of_its_name_is_no_officer_s(member: Member) -> None:
    row = taken(member)

    assert signed_in(factories.UserFactory(role=Role.COUNTER_OFFICER)).get(f"/counter/bank-accounts/{row.pk}/").status_code == 404


# Cooling-off -----------------------------------------------------------------------------------------------


def test_a_new_account_cools_off_for_a_day_the_first_one_too(client: Client, member: Member) -> None:
    at = clock.now()
    taken(member, at=at)

    waits = cooling.of(member, at=at + DAY - timedelta(seconds=1))

    assert waits is not None
    assert (waits.until, waits.by(Waits.BANK_ACCOUNT), waits.by(Waits.PHONE)) == (at + DAY, at + DAY, None)
    assert "Akaun bank anda masih baharu" in waits.words
    assert cooling.of(member, at=at + DAY) is None
    for page in (PAGE, "/security/", "/member/"):
        shown = client.get(page)
        assert " ".join(waits.words.split()) in text_of(shown)
        assert f'href="{CANCEL}"' in shown.content.decode()


def test_the_later_of_phone_and_account_decides(member: Member) -> None:
    at = clock.now()
    taken(member, at=at - timedelta(hours=3))
    phones.bind(user=member.user, number="+60123456789", how=Bound.COUNTER, by=None, at=at)

    waits = cooling.of(member, at=at)

    assert waits is not None
    assert waits.until == at + DAY
    assert "telefon TAC dan akaun bank" in waits.words


def test_a_change_of_account_is_told_to_the_number_before_a_fresh_one_too(member: Member) -> None:
    old = phones.current(member.user)
    assert old is not None
    new = phones.bind(user=member.user, number="+60123456789", how=Bound.COUNTER, by=None, at=clock.now())

    taken(member)

    assert set(told("BANK_ACCOUNT_CHANGED")) == {old.number, new.number}
    assert NUMBER not in json.dumps(list(Message.objects.values_list("figures", flat=True)))


def test_cancelling_puts_back_the_account_before(client: Client, member: Member) -> None:
    at = clock.now()
    first = taken(member, at=at - timedelta(days=9))
    second = taken(member, at=at, bank=OTHER_BANK, number=OTHER)
    assert "Maybank •••• 6789" in text_of(client.get(CANCEL))

    answers = [client.post(CANCEL)["Location"] for _time in range(2)]

    assert answers == [PAGE, PAGE]
    back = selectors.current(member)
    assert back is not None
    assert (back.bank, back.number, back.restores) == (BANK, NUMBER, first)
    assert cooling.of(member, at=at) is None
    second.refresh_from_db()
    assert second.state == BankAccountState.CANCELLED
    assert len(told("BANK_ACCOUNT_CANCELLED")) == 1
    assert AuditEvent.objects.filter(action="bank_account.cancel").count() == 1


def test_cancelling_the_first_leaves_none(client: Client, member: Member) -> None:
    taken(member)

    client.post(CANCEL)

    assert selectors.current(member) is None
    assert "Belum ada akaun bank" in text_of(client.get(PAGE))


def test_of_two_changes_in_a_day_each_is_cancelled_in_turn(member: Member) -> None:
    at = clock.now()
    taken(member, at=at - timedelta(days=9))
    taken(member, at=at, bank=OTHER_BANK, number=OTHER)
    taken(member, at=at + timedelta(hours=1), bank="BKRMMYKL", number="220012345678")

    after = [bank_accounts.cancel(member=member, at=at + timedelta(hours=hour)) for hour in (2, 3)]

    assert [row.bank for row in after if row] == [OTHER_BANK, BANK]
    with pytest.raises(bank_accounts.NotCooling):
        bank_accounts.cancel(member=member, at=at + timedelta(hours=4))


def test_after_a_day_nothing_is_cancelled(client: Client, member: Member) -> None:
    taken(member, at=clock.now() - DAY)

    answer = client.post(CANCEL, follow=True)

    assert "Tiada pertukaran akaun yang masih boleh dibatalkan" in text_of(answer)
    assert selectors.current(member) is not None


# What is kept ----------------------------------------------------------------------------------------------


def test_neither_number_nor_holder_is_in_a_table_a_message_or_the_trail(client: Client, member: Member) -> None:
    asked(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, holder FROM members_bankaccount")
        stored = b"".join(bytes(cell) for cell in cursor.fetchone())

    kept = json.dumps([list(AuditEvent.objects.values_list("data", "target")), list(Message.objects.values_list("figures", "to"))])
    assert NUMBER.encode() not in stored
    assert b"AMINAH" not in stored
    assert NUMBER not in kept
    assert NUMBER not in json.dumps(dict(client.session))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE {} SET bank = 'PBBEMYKL'",
        "UPDATE {} SET number = '\\x01'",
        "UPDATE {} SET cooling_until = since",
        "UPDATE {} SET since = now()",
        "UPDATE {} SET state = 'ASKED'",
        "DELETE FROM {}",
    ],
)
def test_the_portal_s_role_changes_no_account(member: Member, act: str) -> None:
    taken(member)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format("members_bankaccount"))


def test_an_account_that_ended_stays_so(member: Member) -> None:
    row = taken(member)
    taken(member, bank=OTHER_BANK, number=OTHER)

    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.filter(pk=row.pk).update(state=BankAccountState.CURRENT, ended_at=None)


def test_another_member_s_account_is_on_nobody_else_s_page(client: Client) -> None:
    user = factories.UserFactory()
    factories.TacPhoneFactory(user=user)
    taken(factories.MemberFactory(user=user), number="114123450000")

    assert "0000" not in text_of(client.get(PAGE))
