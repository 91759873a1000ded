"""Simpanan Shariah: chosen by the member under a code, for the next year and for good; what it does to the dividend."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message
from members.identity.enums import Purpose
from members.identity.models import Challenge
from members.models import Member, ShariahChoice
from members.services import shariah
from tests import factories
from tests.factories import leave
from tests.identity.tac_codes import digits_of
from tests.members.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/member/shariah/"
ON = datetime.date(2026, 11, 16)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)


@pytest.fixture
def member() -> Member:
    user = factories.UserFactory()
    factories.TacPhoneFactory(user=user)
    found: Member = factories.MemberFactory(user=user)
    return found


@pytest.fixture
def client(member: Member, client: Client) -> Client:
    assert member.user is not None
    sign_in(client, member.user.user_id)
    return client


def chosen(client: Client) -> tuple[int, str]:
    client.post(PAGE, {"agreed": "on", "tac_send": "1"})
    answer = client.post(PAGE, {"agreed": "on", "tac": digits_of(Challenge.objects.latest("pk"))})
    return answer.status_code, answer.get("Location", "")


def test_it_is_chosen_under_a_code_for_the_next_year_and_the_person_is_told(client: Client, member: Member):
    page = " ".join(client.get(PAGE).content.decode().split())
    assert "Simpanan Shariah bermula pada 1 Jan 2027" in page
    assert "Akad Wakalah" in page

    assert chosen(client) == (302, PAGE)

    member.refresh_from_db()
    assert member.shariah_from == datetime.date(2027, 1, 1)
    assert ShariahChoice.objects.get().chosen_on == ON
    after = client.get(PAGE).content.decode()
    assert "Pilihan anda telah diterima" in after
    assert 'name="agreed"' not in after
    assert Message.objects.filter(code="SHARIAH_CHOSEN").count() == 1
    act = AuditEvent.objects.get(action="shariah.choose")
    assert (act.data["before"], act.data["after"]) == ({"shariah_from": None}, {"shariah_from": "2027-01-01"})
    assert client.get("/en" + PAGE).status_code == 200


def test_sent_twice_it_is_chosen_once_and_the_second_click_is_harmless(client: Client):
    client.post(PAGE, {"agreed": "on", "tac_send": "1"})
    form = {"agreed": "on", "tac": digits_of(Challenge.objects.latest("pk"))}

    answers = [client.post(PAGE, form).status_code for _time in range(2)]

    assert answers == [302, 200]
    assert ShariahChoice.objects.count() == 1


def test_without_the_agreement_or_with_a_wrong_code_nothing_is_chosen(client: Client):
    page = client.post(PAGE, {"tac_send": "1"})
    assert (page.status_code, Challenge.objects.filter(purpose=Purpose.SHARIAH).count()) == (422, 0)
    client.post(PAGE, {"agreed": "on", "tac_send": "1"})

    wrong = client.post(PAGE, {"agreed": "on", "tac": "000000"})

    assert wrong.status_code == 422
    assert "checked" in wrong.content.decode()
    assert not ShariahChoice.objects.exists()


def test_who_has_it_or_died_or_is_too_early_is_told(client: Client, member: Member):
    for change, on, code in (
        ({"shariah_from": datetime.date(2020, 1, 1)}, ON, "ALREADY"),
        ({"died_on": ON}, ON, "DIED"),
        ({}, datetime.date(2016, 8, 7), "NOT_YET"),
    ):
        other = factories.MemberFactory(user=factories.UserFactory(), **change)
        approval = leave.as_rows(user=other.user, purpose=Purpose.SHARIAH, shown=shariah.shown(on=on), at=clock.now())
        with pytest.raises(shariah.NotAllowed, match=code):
            shariah.choose(member=other, by=other.user, agreed=True, approval=approval, on=on, at=clock.now())
    approval = leave.as_rows(user=member.user, purpose=Purpose.SHARIAH, shown=shariah.shown(on=ON), at=clock.now())
    with pytest.raises(shariah.NotAllowed, match="NOT_AGREED"):
        shariah.choose(member=member, by=member.user, agreed=False, approval=approval, on=ON, at=clock.now())  # type: ignore[arg-type]
    Member.objects.filter(pk=member.pk).update(died_on=ON)
    assert "telah meninggal dunia" in client.get(PAGE).content.decode()


def test_postgresql_keeps_it_for_good(client: Client, member: Member):
    chosen(client)

    for attempt in (
        lambda: Member.objects.filter(pk=member.pk).update(shariah_from=None),
        lambda: ShariahChoice.objects.update(from_date=datetime.date(2028, 1, 1)),
        lambda: ShariahChoice.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
