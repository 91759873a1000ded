"""`/security/password/`, `/security/recognition/`, `/security/email/`: what a person changes of the own sign-in, and where the e-mail goes."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify import addresses, copies
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from kwsp_portal.notify.models import Message, Notice
from members.identity import email_changes, emails, phones
from members.identity.enums import EmailEnd, Purpose, Role
from members.identity.models import Challenge, EmailAddress, User, UserSession
from tests import factories
from tests.identity.conftest import PASSWORD, sign_in, sign_in_known
from tests.identity.tac_codes import bound, digits_of
from tests.identity.test_security_pages import text_of

pytestmark = pytest.mark.django_db
SECURITY, CHANGE, RECOGNITION = "/security/", "/security/password/", "/security/recognition/"
EMAIL, CODE, REMOVE = "/security/email/", "/security/email/code/", "/security/email/remove/"
NEW = "sawah padi di kaki gunung"
ADDRESS, OTHER = "aminah@contoh.my", "aminah.yusof@lain.my"


both = pytest.mark.parametrize("user", [Role.MEMBER, Role.REPRESENTATIVE], indirect=True)


@pytest.fixture
def user(person: Callable[..., User], request: pytest.FixtureRequest) -> User:
    role = getattr(request, "param", Role.MEMBER)
    found = bound(person("ahlisatu", role))
    if role == Role.MEMBER:
        factories.MemberFactory(user=found)
    return found


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    sign_in_known(client, user.user_id)
    return client


def another_browser(user: User, password: str = PASSWORD) -> Client:
    other = Client()
    sign_in_known(other, user.user_id, password)
    return other


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


def refused(action: str) -> list[Any]:
    return list(AuditEvent.objects.filter(action=action, refused=True).order_by("pk").values_list("data", flat=True))


def change(client: Client, present: str = PASSWORD, new: str = NEW) -> Any:
    return client.post(CHANGE, {"present": present, "password": new})


# The password ----------------------------------------------------------------------------------------------


@both
def test_the_new_password_holds_here_goes_on_and_the_other_sessions_end(signed_in: Client, user: User) -> None:
    other = another_browser(user)
    key = signed_in.session.session_key

    answer = change(signed_in)

    assert answer["Location"] == SECURITY
    assert "Kata laluan ditukar" in text_of(signed_in.get(SECURITY))
    assert signed_in.session.session_key != key
    assert not is_in(other)
    assert UserSession.objects.filter(user=user, ended_at=None).count() == 1
    assert not is_in(another_browser(user))
    assert is_in(another_browser(user, NEW))


@both
def test_the_person_is_told_by_sms_by_the_proved_address_and_in_the_inbox(signed_in: Client, user: User) -> None:
    proved(signed_in, user)
    phone = phones.current(user)
    assert phone is not None

    change(signed_in)

    told = Message.objects.filter(code="PASSWORD_CHANGED")
    assert set(told.values_list("channel", "to")) == {("SMS", phone.number), ("EMAIL", ADDRESS)}
    assert Notice.objects.filter(code="PASSWORD_CHANGED").count() == (1 if user.is_member else 0)
    assert AuditEvent.objects.filter(action="identity.password", refused=False).count() == 1


def test_a_form_sent_twice_changes_once(signed_in: Client, user: User) -> None:
    change(signed_in)
    again = change(signed_in)

    assert again["Location"] == SECURITY
    assert AuditEvent.objects.filter(action="identity.password").count() == 1


def test_the_present_password_as_the_new_one_is_no_second_click(signed_in: Client, user: User) -> None:
    """Nothing was changed, so nothing is said to have been; and one try tells of one password."""
    elsewhere = another_browser(user)

    answer = change(signed_in, present="bukan ini sama sekali", new=PASSWORD)

    assert answer.status_code == 422
    assert "Kata laluan ditukar" not in text_of(answer)
    assert is_in(elsewhere)


def test_a_minute_later_the_form_sent_again_is_another_try(signed_in: Client, user: User) -> None:
    at = clock.now()
    with time_machine.travel(at, tick=False) as moment:
        change(signed_in)
        moment.shift(timedelta(seconds=61))

        assert change(signed_in).status_code == 422


def test_a_wrong_present_password_changes_nothing_and_says_how_many_tries_are_left(signed_in: Client, user: User) -> None:
    answer = change(signed_in, present="bukan ini sama sekali")

    assert answer.status_code == 422
    assert "Kata laluan sekarang tidak betul. Baki cubaan: 4." in text_of(answer)
    assert "bukan ini sama sekali" not in answer.content.decode()
    assert NEW not in answer.content.decode()
    assert refused("identity.prove") == [{"reason": "password"}]
    assert is_in(another_browser(user))


def test_an_open_session_is_no_place_to_guess_the_password_at(signed_in: Client, user: User) -> None:
    answers = [change(signed_in, present=f"tekaan yang ke {nth}").status_code for nth in range(5)]
    right = change(signed_in)

    assert answers == [422, 422, 422, 422, 429]
    assert right.status_code == 429
    assert refused("identity.prove")[-1] == {"reason": "locked"}
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("new", "said"),
    [("pendek", "terlalu pendek"), ("ahlisatu ahlisatu", "maklumat anda sendiri"), (PASSWORD, "Itu kata laluan anda sekarang"), ("x" * 129, "128")],
)
def test_the_rules_are_those_of_the_activation(signed_in: Client, user: User, new: str, said: str) -> None:
    answer = change(signed_in, new=new)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert refused("identity.prove") == []
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_rules_stand_on_the_page_to_be_ticked(signed_in: Client) -> None:
    page = signed_in.get(CHANGE).content.decode()

    assert page.count("data-rule=") == 4
    assert 'data-own="ahlisatu"' in page
    assert "maxlength" in page
    assert 'autocomplete="current-password"' in page


# The picture and the phrase --------------------------------------------------------------------------------


@both
def test_picture_and_phrase_are_shown_at_the_next_sign_in(signed_in: Client, user: User) -> None:
    answer = signed_in.post(RECOGNITION, {"picture": "wau", "phrase": "Angin", "present": PASSWORD})
    stranger = Client()
    stranger.post("/sign-in/", {"user_id": user.user_id})

    page = stranger.get("/sign-in/password/")

    assert answer["Location"] == SECURITY
    assert "Angin" in text_of(page)
    assert "secret/wau" in page.content.decode()
    assert Message.objects.filter(code="RECOGNITION_CHANGED").count() == 1


def test_the_phrase_is_in_no_trail(signed_in: Client) -> None:
    signed_in.post(RECOGNITION, {"picture": "wau", "phrase": "Angin", "present": PASSWORD})

    event = AuditEvent.objects.get(action="identity.recognition")
    assert "Angin" not in json.dumps([event.data, event.target])


def test_picture_and_phrase_need_the_password(signed_in: Client, user: User) -> None:
    answer = signed_in.post(RECOGNITION, {"picture": "wau", "phrase": "Angin", "present": "salah sama sekali"})

    assert answer.status_code == 422
    assert 'value="wau" checked' in answer.content.decode()
    user.refresh_from_db()
    assert user.secret_image == ""


def test_the_same_picture_and_phrase_again_is_no_act(signed_in: Client) -> None:
    for _time in range(2):
        signed_in.post(RECOGNITION, {"picture": "wau", "phrase": "Angin", "present": PASSWORD})

    assert AuditEvent.objects.filter(action="identity.recognition").count() == 1


# E-mail ----------------------------------------------------------------------------------------------------


def asked_for(client: Client, address: str = ADDRESS) -> Any:
    client.post(EMAIL, {"address": address, "tac_send": "1"})
    return client.post(EMAIL, {"address": address, "tac": digits_of(Challenge.objects.latest("pk"))})


def mailed(row: EmailAddress) -> str:
    """The code as the e-mail says it."""
    message = Message.objects.get(code="EMAIL_CODE", cause=f"emailaddress:{row.pk}.{row.sendings}")
    return json.loads(message.secrets)["code"]


def proved(client: Client, user: User, address: str = ADDRESS) -> EmailAddress:
    assert asked_for(client, address)["Location"] == CODE
    row = emails.waiting(user, at=clock.now())
    assert row is not None
    assert client.post(CODE, {"code": mailed(row)})["Location"] == SECURITY
    row.refresh_from_db()
    return row


@both
def test_an_address_is_the_person_s_once_its_code_was_typed(signed_in: Client, user: User) -> None:
    assert asked_for(signed_in)["Location"] == CODE
    row = EmailAddress.objects.get()
    assert Message.objects.get(code="EMAIL_CODE").to == ADDRESS
    assert emails.current(user) is None

    answer = signed_in.post(CODE, {"code": mailed(row).upper().replace("-", " ")})

    assert answer["Location"] == SECURITY
    found = emails.current(user)
    assert found is not None
    assert found.address == ADDRESS
    page = signed_in.get(SECURITY)
    assert "a•••@contoh.my" in text_of(page)
    assert ADDRESS not in page.content.decode()


def test_no_code_goes_to_an_address_without_the_phone_s_code(signed_in: Client) -> None:
    answer = signed_in.post(EMAIL, {"address": ADDRESS, "tac": "123456"})

    assert answer.status_code == 422
    assert f'value="{ADDRESS}"' in answer.content.decode()
    assert not EmailAddress.objects.exists()


def test_the_code_of_one_address_asks_for_no_other(signed_in: Client) -> None:
    signed_in.post(EMAIL, {"address": ADDRESS, "tac_send": "1"})

    answer = signed_in.post(EMAIL, {"address": OTHER, "tac": digits_of(Challenge.objects.latest("pk"))})

    assert answer.status_code == 422
    assert not EmailAddress.objects.exists()


@both
def test_an_address_that_waits_gets_nothing_but_its_code(signed_in: Client, user: User) -> None:
    asked_for(signed_in)

    change(signed_in)

    assert set(Message.objects.filter(channel="EMAIL").values_list("code", flat=True)) == {"EMAIL_CODE"}
    if user.is_member:
        assert addresses.of(Whose.MEMBER, Channel.EMAIL, [addresses.Reader(user.member.pk)]) == {}


def test_the_second_click_is_harmless(signed_in: Client, user: User) -> None:
    row = proved(signed_in, user)

    again = signed_in.post(CODE, {"code": mailed(row)})

    assert again["Location"] == SECURITY
    assert AuditEvent.objects.filter(action="email.prove").count() == 1
    assert Message.objects.filter(code="EMAIL_CHANGED").count() == 1


def test_the_code_of_the_phone_sent_twice_asks_once(signed_in: Client) -> None:
    signed_in.post(EMAIL, {"address": ADDRESS, "tac_send": "1"})
    digits = digits_of(Challenge.objects.latest("pk"))

    answers = [signed_in.post(EMAIL, {"address": ADDRESS, "tac": digits})["Location"] for _time in range(2)]

    assert answers == [CODE, CODE]
    assert Message.objects.filter(code="EMAIL_CODE").count() == 1


def test_the_code_is_typed_in_another_browser(signed_in: Client, user: User) -> None:
    asked_for(signed_in)
    other = another_browser(user)

    assert "a•••@contoh.my" in text_of(other.get(CODE))
    assert other.post(CODE, {"code": mailed(EmailAddress.objects.get())})["Location"] == SECURITY
    assert signed_in.get(CODE)["Location"] == EMAIL


def test_somebody_else_s_session_proves_nothing(signed_in: Client, user: User, person: Callable[..., User]) -> None:
    asked_for(signed_in)
    stranger = Client()
    sign_in(stranger, person("orang1234").user_id)

    answer = stranger.post(CODE, {"code": mailed(EmailAddress.objects.get())})

    assert answer.status_code == 422
    assert "Tiada alamat yang menunggu" in text_of(answer)
    assert emails.current(user) is None


def test_five_wrong_codes_end_it(signed_in: Client, user: User) -> None:
    asked_for(signed_in)
    row = EmailAddress.objects.get()
    code = mailed(row)

    said = [text_of(signed_in.post(CODE, {"code": "aaaa-bbbb"})) for _time in range(5)]

    assert "Baki cubaan: 4" in said[0]
    assert "Terlalu banyak kod yang salah" in said[4]
    row.refresh_from_db()
    assert (row.ended_why, row.address, row.tries) == (EmailEnd.CANCELLED, None, 5)
    assert signed_in.post(CODE, {"code": code}).status_code == 422
    assert emails.current(user) is None
    assert refused("email.prove")[0] == {"code": "WRONG"}


def test_a_code_of_yesterday_proves_nothing_and_the_address_is_wiped(signed_in: Client, user: User) -> None:
    asked_for(signed_in)
    row = EmailAddress.objects.get()
    later = row.expires_at

    with pytest.raises(email_changes.Refused, match="NONE_WAITING"):
        email_changes.prove(user=user, typed=mailed(row), at=later)
    assert email_changes.forget_expired(at=later) == 1
    row.refresh_from_db()
    assert (row.ended_why, row.address) == (EmailEnd.EXPIRED, None)


def test_the_old_address_is_told_and_no_longer_used(signed_in: Client, user: User) -> None:
    old = proved(signed_in, user)
    assert asked_for(signed_in, OTHER)["Location"] == CODE
    kept = emails.current(user)
    assert kept is not None
    assert kept.address == ADDRESS
    row = emails.waiting(user, at=clock.now())
    assert row is not None

    signed_in.post(CODE, {"code": mailed(row)})

    told = Message.objects.filter(code="EMAIL_CHANGED", cause=f"emailaddress:{row.pk}")
    assert set(told.values_list("channel", flat=True)) == {"SMS", "EMAIL"}
    assert told.get(channel="EMAIL").to == ADDRESS
    assert OTHER not in json.dumps(told.get(channel="EMAIL").figures)
    old.refresh_from_db()
    assert (old.ended_why, old.address) == (EmailEnd.REPLACED, None)
    assert emails.addresses_of([user.pk]) == {user.pk: OTHER}


@both
def test_removing_needs_a_code_and_the_address_hears_it_last(signed_in: Client, user: User) -> None:
    proved(signed_in, user)
    signed_in.post(REMOVE, {"tac_send": "1"})
    assert signed_in.post(REMOVE, {"tac": "000000"}).status_code in {302, 422}
    digits = digits_of(Challenge.objects.filter(purpose=Purpose.EMAIL).latest("pk"))

    answer = signed_in.post(REMOVE, {"tac": digits})
    again = signed_in.post(REMOVE, {"tac": digits})

    assert [answer["Location"], again["Location"]] == [SECURITY, SECURITY]
    assert emails.current(user) is None
    assert Message.objects.get(code="EMAIL_REMOVED", channel="EMAIL").to == ADDRESS


def test_another_code_may_be_asked_for_after_a_minute_and_the_first_is_dead(signed_in: Client, user: User) -> None:
    asked_for(signed_in)
    row = EmailAddress.objects.get()
    first = mailed(row)
    soon = signed_in.post(CODE, {"action": "again"}, follow=True)
    assert "boleh diminta mulai" in text_of(soon)

    row = email_changes.send_again(user=user, at=clock.now() + timedelta(minutes=1))
    [event] = AuditEvent.objects.filter(action="email.send_again")
    assert (event.actor_id, ADDRESS in str(event.data)) == (user.pk, False)

    assert signed_in.post(CODE, {"code": first}).status_code == 422
    assert signed_in.post(CODE, {"code": mailed(row)})["Location"] == SECURITY


def test_an_address_is_written_to_three_times_at_most(signed_in: Client, user: User) -> None:
    asked_for(signed_in)
    email_changes.send_again(user=user, at=clock.now() + timedelta(minutes=2))
    email_changes.send_again(user=user, at=clock.now() + timedelta(minutes=4))

    with pytest.raises(email_changes.Refused, match="SENDINGS"):
        email_changes.send_again(user=user, at=clock.now() + timedelta(minutes=6))


def test_five_addresses_a_day_at_most(user: User) -> None:
    at = clock.now()
    for nth in range(5):
        with transaction.atomic():
            email_changes.ask(user=user, address=f"a{nth}@contoh.my", at=at)

    with pytest.raises(email_changes.Refused, match="TOO_MANY"), transaction.atomic():
        email_changes.ask(user=user, address="a6@contoh.my", at=at)
    assert EmailAddress.objects.filter(ended_at=None).count() == 1


def test_the_same_address_again_costs_no_code(signed_in: Client, user: User) -> None:
    proved(signed_in, user)
    before = Challenge.objects.count()

    answer = signed_in.post(EMAIL, {"address": ADDRESS, "tac_send": "1"})

    assert answer.status_code == 422
    assert "sudah alamat e-mel anda" in text_of(answer)
    assert Challenge.objects.count() == before


def test_cancelling_leaves_everything_as_it_was(signed_in: Client, user: User) -> None:
    asked_for(signed_in)

    answers = [signed_in.post(CODE, {"action": "cancel"})["Location"] for _time in range(2)]

    assert answers == [SECURITY, SECURITY]
    assert emails.waiting(user, at=clock.now()) is None
    assert AuditEvent.objects.filter(action="email.cancel").count() == 1


@pytest.mark.parametrize("typed", ["", "aminah", "aminah@", "a@b", "aminah@contoh.my\nBcc: x@y.my", "amínah@contoh.my", "a" * 250 + "@b.my"])
def test_what_is_no_address_is_said_and_asks_for_no_code(signed_in: Client, typed: str) -> None:
    answer = signed_in.post(EMAIL, {"address": typed, "tac_send": "1"})

    assert answer.status_code == 422
    assert not Challenge.objects.exists()


def test_neither_address_nor_code_is_in_the_table_or_the_trail(signed_in: Client, user: User) -> None:
    row = proved(signed_in, user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM identity_emailaddress")
        stored = bytes(cursor.fetchone()[0])

    trail = json.dumps(list(AuditEvent.objects.values_list("data", flat=True)))
    assert b"contoh" not in stored
    assert ADDRESS not in trail
    assert mailed(row) not in trail


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE {} SET verified_at = now()",
        "UPDATE {} SET tries = 0",
        "UPDATE {} SET address = '\\x01'",
        "DELETE FROM {}",
        "UPDATE {} SET user_id = 1",
    ],
)
def test_the_portal_s_role_takes_nothing_back(signed_in: Client, user: User, act: str) -> None:
    row = proved(signed_in, user)
    EmailAddress.objects.filter(pk=row.pk).update(tries=3)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format("identity_emailaddress"))


def test_copies_of_notices_go_to_the_proved_address(client: Client, person: Callable[..., User]) -> None:
    user = bound(person("ahlisatu"))
    member = factories.MemberFactory(user=user)
    sign_in_known(client, user.user_id)
    assert "Tambah alamat e-mel" in text_of(client.get("/member/inbox/channels/"))
    proved(client, user)

    client.post("/member/inbox/channels/", {"channels": ["EMAIL"]})

    assert addresses.of(Whose.MEMBER, Channel.EMAIL, [addresses.Reader(member.pk)]) == {addresses.Reader(member.pk): ADDRESS}
    assert copies.channels_of(Inbox(Whose.MEMBER, member.pk)) == {Channel.EMAIL}
