"""When what proves a person changes, whoever came in by the old proof is out: sessions, tokens, known browsers (ASVS 7.4.3)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from time_machine import Traveller

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity import authenticators, phones, recovery, tac
from members.identity.enums import Bound, Purpose, SessionEnd
from members.identity.models import KnownDevice, User, UserSession
from members.identity.session_store import REGISTER
from tests.factories import ApiTokenFactory, MemberFactory, TacPhoneFactory, devices
from tests.identity.conftest import sign_in
from tests.identity.tac_codes import SHOWN, asked, digits_of
from tests.identity.test_authenticators import shown_by

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
ACCOUNTS = "/api/v1/me/accounts/"
NEW_NUMBER = "+60123456789"


@pytest.fixture(autouse=True)
def moment() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def owner(member: User) -> User:
    MemberFactory(user=member)
    TacPhoneFactory(user=member)
    return member


def browser(user: User) -> Client:
    client = Client()
    devices.know(client, user)
    assert sign_in(client, user.user_id).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/security/sessions/").status_code == 200


def app_of(user: User) -> authenticators.Authenticator:
    """An app that serves the person since a while ago."""
    at = clock.now() - timedelta(minutes=10)
    with transaction.atomic():
        app = authenticators.begin(user=user, at=at)
    authenticators.confirm(user=user, digits=shown_by(app, at=at), at=at)
    app.refresh_from_db()
    return app


def _password(user: User) -> None:
    with transaction.atomic():
        recovery.change_password(user, make_password("biji-padi-2026"), at=clock.now())


def _bind(user: User) -> None:
    phones.bind(user=user, number=NEW_NUMBER, how=Bound.COUNTER, by=None, at=clock.now())


def _remove(user: User) -> None:
    phones.remove(user=user, by=user, at=clock.now())


ELSEWHERE: dict[str, tuple[Callable[[User], None], SessionEnd]] = {
    "password": (_password, SessionEnd.PASSWORD),
    "phone bound": (_bind, SessionEnd.FACTOR),
    "phone removed": (_remove, SessionEnd.FACTOR),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_what_an_officer_or_a_recovery_changes_ends_everything(owner: User, what: str) -> None:
    act, why = ELSEWHERE[what]
    here, token = browser(owner), ApiTokenFactory(user=owner)

    act(owner)

    gone = here.get("/security/sessions/")
    assert gone.url == f"/sign-in/?ended={why.value.lower()}&next=%2Fsecurity%2Fsessions%2F"
    assert here.get(gone.url).status_code == 200
    token.refresh_from_db()
    assert token.revoked_at == NOON
    event = AuditEvent.objects.get(action="identity.token_revoke")
    assert event.data["before"]["scope"] == "me"
    assert KnownDevice.objects.filter(forgotten_at=None).exists() is (what != "password")
    assert UserSession.objects.get().why == why


def _cancel(client: Client, owner: User) -> None:
    client.post("/security/phone/cancel/")


def _add_app(client: Client, owner: User) -> None:
    with transaction.atomic():
        app = authenticators.begin(user=owner, at=clock.now(), session=client.session[REGISTER])
    assert client.post("/security/authenticator/", {"code": shown_by(app, at=clock.now())}).status_code == 200


def _remove_app(client: Client, owner: User) -> None:
    app = authenticators.current(owner)
    assert app is not None
    assert client.post("/security/authenticator/", {"tac": shown_by(app, at=clock.now()), "action": "remove"}).status_code == 302


@pytest.mark.parametrize(("act", "before"), [(_cancel, _bind), (_add_app, None), (_remove_app, app_of)])
def test_what_the_person_changes_ends_everything_but_the_session_that_acted(
    owner: User, act: Callable[[Client, User], None], before: Callable[[User], object] | None
) -> None:
    if before:
        before(owner)
    here, there, token = browser(owner), browser(owner), ApiTokenFactory(user=owner)
    key = here.session.session_key

    act(here, owner)

    assert is_in(here)
    assert not is_in(there)
    token.refresh_from_db()
    assert token.revoked_at == NOON
    assert UserSession.objects.filter(ended_at=None).count() == 1
    if act is not _cancel:
        assert here.session.session_key != key  # a step up (ASVS 7.2.4)


def test_nothing_ends_when_the_same_number_is_bound_again(owner: User) -> None:
    here, token = browser(owner), ApiTokenFactory(user=owner)
    number = phones.current(owner)
    assert number is not None

    phones.bind(user=owner, number=number.number, how=Bound.COUNTER, by=None, at=clock.now())

    assert is_in(here)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_nothing_ends_when_the_change_does_not_come_about(owner: User) -> None:
    here = browser(owner)

    with transaction.atomic():
        _bind(owner)
        transaction.set_rollback(True)

    assert is_in(here)


def test_leave_that_a_phone_gave_dies_with_it(owner: User) -> None:
    """A code answered a moment before the phone was reported stolen acts no more."""
    challenge = asked(owner, at=NOON)
    approval = tac.verify(challenge=challenge, user=owner, digits=digits_of(challenge), at=NOON)
    phones.remove(user=owner, by=owner, at=NOON)

    with pytest.raises(tac.Refused, match="STALE"), transaction.atomic():
        tac.spend(approval=approval, user=owner, purpose=Purpose.APPROVAL_FLOW, shown=SHOWN, at=NOON)


def test_the_owner_of_a_number_that_somebody_had_changed_gets_in_and_cancels_it(owner: User) -> None:
    """The code of a new browser would go to the new phone."""
    here = browser(owner)
    _bind(owner)

    assert sign_in(here, "ahlisatu").url == "/home/"
    here.post("/security/phone/cancel/")
    assert phones.current(owner) is None
    assert sign_in(Client(), "ahlisatu").url == "/sign-in/device/"


def test_the_token_itself_is_refused_from_the_next_request_on(owner: User, moment: Traveller) -> None:
    asking = {"user_id": "ahlisatu", "password": "biji-sawi-2026", "scope": "me"}
    client = Client()
    client.post("/api/v1/auth/tac/", asking, content_type="application/json")
    code = digits_of(tac.Challenge.objects.get())
    given = client.post("/api/v1/auth/token/", {**asking, "tac": code}, content_type="application/json").json()["token"]
    with_token = Client(headers={"Authorization": f"Token {given}"})
    assert with_token.get(ACCOUNTS).status_code == 200

    _bind(owner)

    assert with_token.get(ACCOUNTS).status_code == 401
