"""`/security/`: the number that codes go to and the app in its place, as their person sees and changes them."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message
from members.identity import authenticators, phones
from members.identity.enums import Bound, Ended, Purpose, Role
from members.identity.models import Authenticator, Challenge, TacPhone, User
from tests.factories import devices
from tests.identity.conftest import sign_in
from tests.identity.tac_codes import asked, bound, digits_of
from tests.identity.test_authenticators import shown_by

pytestmark = pytest.mark.django_db
SECURITY, APP, CANCEL = "/security/", "/security/authenticator/", "/security/phone/cancel/"


def text_of(answer: Any) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    assert "«undefined" not in body
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture(params=[Role.MEMBER, Role.REPRESENTATIVE])
def user(person: Callable[..., User], request: pytest.FixtureRequest) -> User:
    return bound(person("ahlisatu", request.param))


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    devices.know(client, user)
    sign_in(client, user.user_id)
    return client


def begun(client: Client) -> Authenticator:
    """The code by SMS is given; the picture waits to be scanned."""
    client.post(APP, {"tac_send": "1"})
    answer = client.post(APP, {"tac": digits_of(Challenge.objects.latest("pk"))})
    assert (answer.status_code, answer["Location"]) == (302, APP)
    return Authenticator.objects.get(removed_at=None)


def added(client: Client) -> tuple[Authenticator, list[str]]:
    app = begun(client)
    answer = client.post(APP, {"code": shown_by(app, clock.now())})
    assert answer.status_code == 200
    return app, re.findall(r"<code>([a-z0-9]{5})-([a-z0-9]{5})</code>", answer.content.decode())


def test_the_page_shows_the_number_masked(signed_in: Client, user: User) -> None:
    phone = phones.current(user)
    assert phone is not None

    page = signed_in.get(SECURITY)

    assert phones.masked(phone) in text_of(page)
    assert phone.number not in page.content.decode()
    assert "Tambah aplikasi pengesah" in text_of(page)
    assert "no-store" in page["Cache-Control"]


def test_officers_and_strangers_have_no_such_page(client: Client, administrator: User) -> None:
    assert client.get(SECURITY).status_code == 302
    client.force_login(administrator)
    assert client.get(SECURITY).status_code in {302, 403}


def test_no_picture_before_the_code_of_the_phone(signed_in: Client) -> None:
    page = signed_in.get(APP)
    answer = signed_in.post(APP, {"tac": "123456"})

    assert "<svg" not in re.sub(r'<svg class="(icon|mark)[^>]*>', "", page.content.decode().split("<main", 1)[1])
    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_the_app_is_added_in_two_steps_and_its_recovery_codes_are_seen_once(signed_in: Client, user: User) -> None:
    app = begun(signed_in)
    page = signed_in.get(APP)
    assert authenticators.spelled(app) in text_of(page)
    assert 'role="img"' in page.content.decode()

    answer = signed_in.post(APP, {"code": shown_by(app, clock.now())})

    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", answer.content.decode())) == 10
    assert "Baki kod pemulihan: 10" in text_of(signed_in.get(SECURITY))
    assert "<code>" not in signed_in.get(APP).content.decode()
    assert Message.objects.filter(code="AUTHENTICATOR_ADDED").count() == 1


def test_another_session_of_the_person_neither_sees_nor_confirms_the_app(signed_in: Client, user: User) -> None:
    """A stolen session knows neither phone nor password: the code was given in the other one."""
    stolen = Client()
    devices.know(stolen, user)
    sign_in(stolen, user.user_id)
    app = begun(signed_in)

    page = stolen.get(APP)
    answer = stolen.post(APP, {"code": shown_by(app, clock.now())})

    assert authenticators.spelled(app) not in text_of(page)
    assert 'name="tac_send"' in page.content.decode()
    assert answer.status_code == 422
    assert authenticators.current(user) is None
    with pytest.raises(authenticators.Unknown):
        authenticators.confirm(user=user, digits=shown_by(app, clock.now()), at=clock.now(), session=0)
    assert signed_in.post(APP, {"code": shown_by(app, clock.now())}).status_code == 200


def test_a_wrong_code_of_the_app_is_said_and_the_picture_stays(signed_in: Client) -> None:
    app = begun(signed_in)
    wrong = f"{(int(shown_by(app, clock.now())) + 500_000) % 10**6:06d}"

    answer = signed_in.post(APP, {"code": wrong})

    assert answer.status_code == 422
    assert "Kod tidak sepadan" in text_of(answer)
    assert wrong not in answer.content.decode()
    assert authenticators.spelled(app) in text_of(answer)


def test_a_picture_is_not_left_for_hours(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    app = begun(signed_in)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    session = signed_in.session
    session["seen_at"] = int(later.timestamp())
    session.save()

    assert authenticators.spelled(app) not in text_of(signed_in.get(APP))


def test_the_app_s_own_code_removes_it(signed_in: Client, user: User) -> None:
    _app, codes = added(signed_in)
    page = signed_in.get(APP)
    assert 'name="tac"' in page.content.decode()
    assert 'name="tac_send"' not in page.content.decode()
    refused = signed_in.post(APP, {"tac": "000000"})
    assert refused.status_code == 422

    answer = signed_in.post(APP, {"tac": "-".join(codes[0])})

    assert answer["Location"] == SECURITY
    assert authenticators.current(user) is None
    assert signed_in.post(APP, {"tac": "-".join(codes[1])}).status_code == 422


def test_with_the_app_no_phone_is_needed_and_no_sms_is_sent(signed_in: Client, user: User) -> None:
    added(signed_in)
    TacPhone.objects.filter(user=user).update(ended_at=clock.now(), ended_why=Ended.REMOVED)
    before = Message.objects.count()

    challenge = asked(user, at=clock.now(), purpose=Purpose.API_TOKEN)

    assert (challenge.method, Message.objects.count()) == ("APP", before)
    assert "Tiada nombor telefon TAC" in text_of(signed_in.get(SECURITY))


def test_a_changed_number_shows_its_cooling_off_and_can_be_cancelled(signed_in: Client, user: User) -> None:
    old = phones.current(user)
    new = phones.bind(user=user, number="+60123456789", how=Bound.COUNTER, by=None, at=clock.now())
    assert old is not None
    assert new.cooling_until is not None
    assert signed_in.get(SECURITY).url.startswith("/sign-in/?ended=factor")
    sign_in(signed_in, user.user_id)
    page = signed_in.get(SECURITY)
    assert f"{new.cooling_until.astimezone(clock.KL):%H:%M}" in text_of(page)
    assert f'href="{CANCEL}"' in page.content.decode()

    answer = signed_in.post(CANCEL)
    again = signed_in.post(CANCEL)

    assert [answer["Location"], again["Location"]] == [SECURITY, SECURITY]
    assert phones.current(user) is None
    told = Message.objects.filter(code="PHONE_CANCELLED").values_list("to", flat=True)
    assert set(told) == {old.number, new.number}
    assert "Tiada pertukaran nombor" in text_of(signed_in.get(CANCEL))


def test_a_first_number_does_not_cool_off_and_a_changed_one_does_for_a_day(user: User) -> None:
    now = clock.now()
    assert phones.cooling_until(user, at=now) is None

    phones.bind(user=user, number="+60123456789", how=Bound.COUNTER, by=None, at=now)

    assert phones.cooling_until(user, at=now + timedelta(hours=24, seconds=-1)) == now + timedelta(hours=24)
    assert phones.cooling_until(user, at=now + timedelta(hours=24)) is None
    with pytest.raises(phones.NotCooling):
        phones.cancel(user=user, at=now + timedelta(hours=24))


def test_the_old_number_is_told_of_the_new_by_its_last_digits(user: User) -> None:
    old = phones.current(user)
    assert old is not None

    phones.bind(user=user, number="+60123456789", how=Bound.COUNTER, by=None, at=clock.now())

    told = Message.objects.get(code="PHONE_CHANGED")
    assert told.to == old.number
    assert "6789" in told.figures["number"]
    assert "+60123456789" not in str(told.figures)


def test_binding_the_same_number_again_changes_nothing(user: User) -> None:
    phone = phones.current(user)
    assert phone is not None

    assert phones.bind(user=user, number=phone.number, how=Bound.COUNTER, by=None, at=clock.now()) == phone
    assert phones.cooling_until(user, at=clock.now()) is None
