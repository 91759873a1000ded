"""An authenticator app in place of SMS: begun, confirmed, asked, lost, removed."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django_otp.oath import TOTP

from kwsp_portal.notify.models import Message
from members.identity import authenticators, phones, recovery, tac
from members.identity.enums import Method, Purpose
from members.identity.models import Attempt, Authenticator, RecoveryCode, User
from tests.identity.tac_codes import MINUTE, NOW, asked, bound, refusal_of

pytestmark = pytest.mark.django_db
STEP = timedelta(seconds=30)


def shown_by(app: Authenticator, at: datetime) -> str:
    """What the phone shows."""
    totp = TOTP(base64.b32decode(app.secret or ""))
    totp.time = at.timestamp()
    return f"{totp.token():06d}"


@pytest.fixture
def aminah(person: Callable[..., User]) -> User:
    return bound(person("ahlisatu"))


@pytest.fixture
def codes(aminah: User) -> list[str]:
    app = authenticators.begin(user=aminah, at=NOW - MINUTE)
    return authenticators.confirm(user=aminah, digits=shown_by(app, NOW - MINUTE), at=NOW - MINUTE)


@pytest.fixture
def app(aminah: User, codes: list[str]) -> Authenticator:
    return Authenticator.objects.get()


def test_until_it_is_confirmed_codes_go_by_sms(aminah: User) -> None:
    app = authenticators.begin(user=aminah, at=NOW)

    assert asked(aminah).method == Method.SMS
    with pytest.raises(authenticators.NotRight):
        authenticators.confirm(user=aminah, digits=f"{(int(shown_by(app, NOW)) + 1) % 10**6:06d}", at=NOW)
    assert authenticators.current(aminah) is None


def test_the_app_answers_for_the_act_and_no_sms_is_sent(aminah: User, app: Authenticator) -> None:
    before = Message.objects.count()
    challenge = asked(aminah)

    approval = tac.verify(challenge=challenge, user=aminah, digits=shown_by(app, NOW), at=NOW)

    assert (challenge.method, approval.digest, Message.objects.count()) == (Method.APP, challenge.digest, before)


def test_a_time_step_is_good_once_also_for_another_act(aminah: User, app: Authenticator) -> None:
    digits = shown_by(app, NOW)
    assert refusal_of(challenge=asked(aminah), digits=digits) == ""

    assert refusal_of(challenge=asked(aminah, shown={"application": "18"}), digits=digits) == "WRONG"


@pytest.mark.parametrize(("shift", "refusal"), [(-2, "WRONG"), (-1, ""), (0, ""), (1, "WRONG")])
def test_a_phone_may_lag_by_one_step(aminah: User, app: Authenticator, shift: int, refusal: str) -> None:
    Authenticator.objects.filter(pk=app.pk).update(last_step=app.last_step)
    at = NOW + 5 * MINUTE

    assert refusal_of(challenge=asked(aminah, at=at), digits=shown_by(app, at + shift * STEP), at=at) == refusal


def test_past_the_meter_nobody_is_asked_for_a_number_they_do_not_have(aminah: User, app: Authenticator, settings: LazySettings) -> None:
    """The number was cancelled and the app stays: there is nothing that could be typed in full."""
    settings.TAC = {**settings.TAC, "meter_a_day": 0}
    challenge = asked(aminah)
    assert refusal_of(challenge=challenge, digits=shown_by(app, NOW)) == "NUMBER"
    phones.remove(user=aminah, by=aminah, at=NOW)

    assert refusal_of(challenge=challenge, digits=shown_by(app, NOW), number="012-345 6789") == ""
    assert refusal_of(challenge=asked(aminah, at=NOW + MINUTE), digits=shown_by(app, NOW + MINUTE), at=NOW + MINUTE) == ""


def test_guesses_at_the_app_are_counted_like_any_other(aminah: User, app: Authenticator) -> None:
    heard = []
    for turn in range(5):
        at = NOW + turn * 2 * MINUTE
        wrong = f"{(int(shown_by(app, at)) + 500_000) % 10**6:06d}"
        try:
            challenge = asked(aminah, at=at)
        except tac.Refused as refused:
            heard.append(refused.code)
        else:
            heard += [refusal_of(challenge=challenge, digits=wrong, at=at) for _ in range(3)]

    assert heard[:10] == ["WRONG", "WRONG", "TRIES"] * 3 + ["LOCKED"]
    assert Attempt.objects.filter(right=False).count() == 10


def test_a_recovery_code_is_good_once(aminah: User, codes: list[str]) -> None:
    typed = f" {codes[3][:5].upper()}-{codes[3][5:]} "
    assert refusal_of(challenge=asked(aminah), digits=typed) == ""

    assert refusal_of(challenge=asked(aminah, shown={"application": "18"}), digits=typed) == "WRONG"
    assert authenticators.codes_left(Authenticator.objects.get()) == 9


def test_a_recovery_code_is_no_sms_code(aminah: User, codes: list[str]) -> None:
    assert refusal_of(challenge=asked(aminah, purpose=Purpose.RECOVERY), digits=codes[0]) == "FORM"


def test_recovery_goes_by_sms_so_that_a_stranger_sees_no_difference(aminah: User, app: Authenticator) -> None:
    assert asked(aminah, purpose=Purpose.RECOVERY).method == Method.SMS


def test_a_new_password_takes_no_app_away(aminah: User, app: Authenticator) -> None:
    """ASVS 6.4.3: what recovery changes is the password; acts ask the app as before."""
    with transaction.atomic():
        recovery.change_password(aminah, make_password("empat ekor kuda 7"), at=NOW)

    assert asked(aminah).method == Method.APP


def test_removed_it_is_gone_with_its_secret(aminah: User, app: Authenticator) -> None:
    with transaction.atomic():
        authenticators.remove(user=aminah, at=NOW)

    app.refresh_from_db()
    assert app.secret is None
    assert asked(aminah).method == Method.SMS


def test_one_that_serves_is_not_replaced_by_the_way(aminah: User, app: Authenticator) -> None:
    with pytest.raises(authenticators.Unknown), transaction.atomic():
        authenticators.begin(user=aminah, at=NOW)


def test_begun_twice_the_first_secret_is_dead(aminah: User) -> None:
    first = authenticators.begin(user=aminah, at=NOW)
    digits = shown_by(first, NOW)
    authenticators.begin(user=aminah, at=NOW)

    with pytest.raises(authenticators.NotRight):
        authenticators.confirm(user=aminah, digits=digits, at=NOW)


def test_the_secret_and_the_recovery_codes_are_not_in_the_tables(aminah: User, app: Authenticator, codes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_authenticator")
        assert (app.secret or "").encode() not in bytes(cursor.fetchone()[0])
    assert not set(codes) & set(RecoveryCode.objects.values_list("mac", flat=True))


def test_the_phone_is_told(aminah: User, app: Authenticator) -> None:
    assert Message.objects.filter(code="AUTHENTICATOR_ADDED").count() == 1


@pytest.mark.parametrize("statement", ["UPDATE identity_authenticator SET last_step = 0", "UPDATE identity_recoverycode SET used_at = NULL"])
def test_what_was_used_stays_used(aminah: User, app: Authenticator, codes: list[str], statement: str) -> None:
    refusal_of(challenge=asked(aminah), digits=shown_by(app, NOW))
    refusal_of(challenge=asked(aminah, shown={"application": "18"}), digits=codes[0])

    with pytest.raises(IntegrityError, match="tac_goes_forward"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_picture_holds_no_style_of_its_own(aminah: User) -> None:
    picture = authenticators.picture_of(authenticators.begin(user=aminah, at=NOW))

    assert picture.startswith("<svg")
    assert "style=" not in picture
