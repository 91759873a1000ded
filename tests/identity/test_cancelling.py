"""Who cancels a change of their number cancels what was made with the new one; and what changes in it is told by e-mail, too."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message
from members.identity import authenticators, cancelling, email_changes, emails, phones
from members.identity.enums import Bound
from members.identity.models import User
from members.identity.models_sessions import KnownDevice
from tests.factories import devices
from tests.identity.conftest import sign_in
from tests.identity.tac_codes import bound
from tests.identity.test_authenticators import shown_by
from tests.identity.test_profile_pages import mailed

HOUR = timedelta(hours=1)
LONG_AGO = clock.now() - timedelta(days=30)
_hosts = itertools.count(1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(person: Callable[..., User]) -> User:
    return bound(person("ahlisatu"))


def proved(user: User, *, at: datetime | None = None) -> str:
    """An address of theirs, since then."""
    address = f"aminah@contoh{next(_hosts)}.my"
    since = at or clock.now()
    with transaction.atomic():
        row = email_changes.ask(user=user, address=address, at=since)
    email_changes.prove(user=user, typed=mailed(row), at=since)
    return address


def app_of(user: User, *, at: datetime | None = None) -> None:
    since = at or clock.now()
    with transaction.atomic():
        app = authenticators.begin(user=user, at=since)
    authenticators.confirm(user=user, digits=shown_by(app, since), at=since)


def changed(user: User) -> phones.TacPhone:
    """Another number since an hour ago."""
    return phones.bind(user=user, number="+60123456789", how=Bound.COUNTER, by=None, at=clock.now() - HOUR)


def told_by_email(address: str) -> set[str]:
    return set(Message.objects.filter(to=address).exclude(code="EMAIL_CODE").values_list("code", flat=True))


def test_what_was_made_with_the_new_number_ends_with_it(owner: User) -> None:
    own, thief = Client(), Client()
    devices.know(own, owner)
    changed(owner)
    app_of(owner)
    proved(owner)
    with transaction.atomic():
        email_changes.ask(user=owner, address="menunggu@contoh.my", at=clock.now())
    devices.know(thief, owner)
    KnownDevice.objects.filter(pk=KnownDevice.objects.latest("pk").pk).update(first_at=clock.now(), confirmed_at=clock.now())

    cancelling.cancel(user=owner, at=clock.now())

    assert authenticators.current(owner) is None
    assert emails.current(owner) is None
    assert emails.waiting(owner, at=clock.now()) is None
    assert [row.first_at < clock.now() - HOUR for row in KnownDevice.objects.filter(user=owner, forgotten_at=None)] == [True]
    assert sign_in(own, owner.user_id).headers["Location"] == "/home/", "the owner's own browser is known as before"


def test_only_the_number_that_was_replaced_is_warned(owner: User) -> None:
    """One that was replaced years ago may be a stranger's by now; after a number that was removed there is none to warn."""
    first = phones.current(owner)
    second = phones.bind(user=owner, number="+60198765432", how=Bound.COUNTER, by=None, at=LONG_AGO + 2 * HOUR)
    assert phones.told(owner, at=LONG_AGO + 3 * HOUR) == [second, first]
    phones.remove(user=owner, by=owner, at=clock.now() - 2 * HOUR)
    third = changed(owner)
    before = Message.objects.count()

    assert phones.told(owner, at=clock.now()) == [third]
    cancelling.cancel(user=owner, at=clock.now())

    assert {message.to for message in Message.objects.order_by("pk")[before:]} == {third.number}


def test_what_was_there_before_stays(owner: User) -> None:
    app_of(owner, at=LONG_AGO)
    address = proved(owner, at=LONG_AGO)
    changed(owner)

    cancelling.cancel(user=owner, at=clock.now())

    assert authenticators.current(owner) is not None
    assert str(emails.current(owner).address) == address  # type: ignore[union-attr]
    assert told_by_email(address) == {"PHONE_CHANGED", "PHONE_CANCELLED"}


def test_too_late_ends_nothing(owner: User) -> None:
    changed(owner)
    app_of(owner)
    with pytest.raises(phones.NotCooling):
        cancelling.cancel(user=owner, at=clock.now() + timedelta(hours=24))
    assert authenticators.current(owner) is not None


def test_an_app_added_and_removed_is_told_by_email_too(owner: User) -> None:
    address = proved(owner, at=LONG_AGO)
    app_of(owner)
    with transaction.atomic():
        authenticators.remove(user=owner, at=clock.now())
    assert told_by_email(address) == {"AUTHENTICATOR_ADDED", "AUTHENTICATOR_REMOVED"}


def test_a_first_number_is_told_to_an_address_that_is_there(owner: User) -> None:
    address = proved(owner, at=LONG_AGO)
    phones.remove(user=owner, by=owner, at=clock.now())
    phones.bind(user=owner, number="+60123456789", how=Bound.COUNTER, by=None, at=clock.now())
    assert told_by_email(address) == {"PHONE_REMOVED", "PHONE_BOUND"}
