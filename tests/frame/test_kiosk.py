"""The kiosk: identity number and thumb, nothing left behind, and no other machine than a kiosk."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo
from members.identity import phones
from members.identity.enums import Bound
from members.identity.models import Invitation
from members.models import IdentityCheck, Member
from tests.contributions.pages import text_of
from tests.factories import MemberFactory, UserFactory
from tests.members.counter import OTHER_PHONE, PHONE, temporary

pytestmark = pytest.mark.django_db
NUMBER = "900101145678"
SENT = {"phone": "012-345 6789", "again": "0123456789", "language": "ms"}


@pytest.fixture
def member(db: None) -> Member:
    return MemberFactory(name="ROHANI BINTI KASIM", identity_number=NUMBER)


@pytest.fixture
def later() -> Iterator[Any]:
    with time_machine.travel(datetime.fromisoformat("2026-11-02T02:00:00+00:00"), tick=False) as machine:
        yield machine


def thumb(card: str = NUMBER, own: bool = True, reader: str = "kiosk-demo") -> None:
    demo.put(reader=reader, card=card, own=own, at=clock.now())


def arrive(client: Client, number: str = "900101-14-5678") -> Any:
    return client.post("/kiosk/", {"number": number})


@pytest.fixture
def visitor(client: Client, member: Member) -> Client:
    thumb()
    assert arrive(client).url == "/kiosk/menu/"
    return client


def test_number_and_thumb_lead_to_an_i_akaun(visitor: Client, member: Member) -> None:
    answer = visitor.post("/kiosk/i-akaun/", SENT, follow=True)

    invitation = Invitation.objects.get()
    _user_id, password = temporary(PHONE)
    assert password not in answer.content.decode()
    assert invitation.issued_by is None
    assert IdentityCheck.objects.get().reader == "kiosk-demo"
    assert "Layari http://testserver/activate/ dan taip kedua-duanya." in visitor.get("/kiosk/done/").content.decode()
    assert Invitation.objects.count() == 1, "seen again it sends nothing"


@pytest.mark.parametrize("put", [None, {"own": False}, {"card": "900101149999"}, {"reader": "kaunter01"}])
def test_without_the_right_thumb_nobody_comes_in(client: Client, member: Member, put: dict[str, Any] | None) -> None:
    """Somebody else's identity number and an own phone lead nowhere."""
    if put is not None:
        thumb(**put)

    answer = arrive(client)

    assert answer.status_code == 422
    assert "ROHANI" not in text_of(answer)
    for path in ("/kiosk/menu/", "/kiosk/i-akaun/", "/kiosk/savings/", "/kiosk/done/"):
        assert client.get(path).url == "/kiosk/"
    assert client.post("/kiosk/i-akaun/", SENT).url == "/kiosk/"
    assert not Invitation.objects.exists()


def test_a_known_and_an_unknown_number_get_the_same_words(client: Client, member: Member) -> None:
    thumb(card="900101149999")
    unknown = text_of(arrive(client, "900101149999"))
    thumb(own=False)
    known = text_of(arrive(client))

    assert known == unknown
    assert AuditEvent.objects.filter(action="kiosk.open", refused=True).count() == 2


def test_a_thumb_is_read_once(visitor: Client, member: Member) -> None:
    visitor.post("/kiosk/end/")

    assert arrive(visitor).status_code == 422


def test_back_at_the_start_nothing_is_left(visitor: Client, member: Member) -> None:
    key = visitor.session.session_key
    visitor.post("/kiosk/end/")

    assert visitor.session.session_key != key
    assert visitor.get("/kiosk/menu/").url == "/kiosk/"
    assert "ROHANI" not in text_of(visitor.get("/kiosk/"))


@pytest.mark.parametrize("path", ["/kiosk/menu/", "/kiosk/i-akaun/", "/kiosk/savings/"])
def test_no_page_of_a_visit_is_kept_and_each_leaves_by_itself(visitor: Client, path: str) -> None:
    answer = visitor.get(path)

    assert "no-store" in answer["Cache-Control"]
    assert '<noscript><meta http-equiv="refresh" content="60;url=/kiosk/end/"></noscript>' in answer.content.decode()
    assert 'data-kiosk-seconds="60"' in answer.content.decode()


def test_a_visit_is_over_on_the_server_too(client: Client, member: Member, later: Any) -> None:
    thumb()
    arrive(client)
    later.shift(timedelta(seconds=179))
    assert client.get("/kiosk/menu/").status_code == 200
    later.shift(timedelta(seconds=180))

    assert client.get("/kiosk/menu/").url == "/kiosk/"


def test_a_visit_ends_in_the_end_however_busy(client: Client, member: Member, later: Any) -> None:
    thumb()
    arrive(client)
    for _minute in range(14):
        later.shift(timedelta(minutes=1))
        assert client.get("/kiosk/menu/").status_code == 200
    later.shift(timedelta(minutes=1))

    assert client.get("/kiosk/menu/").url == "/kiosk/"


def test_what_is_risky_leads_to_the_counter(visitor: Client, member: Member) -> None:
    phones.bind(user=UserFactory(), number=PHONE, how=Bound.COUNTER, by=None, at=clock.now())

    answer = visitor.post("/kiosk/i-akaun/", SENT)

    assert answer.status_code == 409
    assert "Pergi ke kaunter" in text_of(answer)
    assert not Invitation.objects.exists()


def test_an_active_person_changes_the_number_and_the_old_one_is_told(client: Client, member: Member) -> None:
    member.user = UserFactory()
    member.save()
    phones.bind(user=member.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=clock.now() - timedelta(days=90))
    thumb()
    arrive(client)

    assert "Nombor yang lama diberitahu melalui SMS. Selama 24 jam" in text_of(client.get("/kiosk/i-akaun/"))

    answer = client.post("/kiosk/i-akaun/", SENT, follow=True)

    assert "Nombor TAC telah ditukar" in text_of(answer)
    assert phones.current(member.user).number == PHONE  # type: ignore[union-attr]


@pytest.mark.parametrize("changed", [{"again": "0123456780"}, {"phone": ""}, {"phone": "03-12345678", "again": "03-12345678"}])
def test_two_numbers_that_agree_are_asked_for(visitor: Client, changed: dict[str, str]) -> None:
    assert visitor.post("/kiosk/i-akaun/", {**SENT, **changed}).status_code == 422
    assert not Invitation.objects.exists()


def test_savings_are_shown_and_the_person_reads_of_it(visitor: Client, member: Member) -> None:
    page = text_of(visitor.get("/kiosk/savings/"))

    assert "Akaun Persaraan" in page
    assert "Belum ada caruman" in page
    assert AuditEvent.objects.get(action="kiosk.savings").target.startswith("member:")


def test_in_english_too(visitor: Client) -> None:
    assert "Your savings" in text_of(visitor.get("/en/kiosk/savings/"))


class TestTheMachine:
    KEYS = ("kiosk-klcc:rahsia-yang-panjang", "kiosk-ipoh:rahsia-lain-lagi")

    @pytest.fixture(autouse=True)
    def _keys(self) -> Iterator[None]:
        with override_settings(KIOSK_KEYS=list(self.KEYS)):
            yield

    def test_no_other_machine_is_a_kiosk(self, client: Client, member: Member) -> None:
        thumb(reader="kiosk-klcc")

        assert client.get("/kiosk/").status_code == 404
        assert arrive(client).status_code == 404
        client.cookies["kiosk"] = self.KEYS[0]
        assert client.get("/kiosk/").status_code == 404, "a cookie that we did not sign is none"

    def test_its_key_makes_a_machine_a_kiosk(self, client: Client, member: Member) -> None:
        assert client.post("/kiosk/device/", {"key": "teka"}).status_code == 422
        assert client.post("/kiosk/device/", {"key": "rahsia-yang-panjang"}).status_code == 302
        thumb(reader="kiosk-klcc")

        assert arrive(client).url == "/kiosk/menu/"

    def test_a_key_that_was_withdrawn_is_none(self, client: Client) -> None:
        client.post("/kiosk/device/", {"key": "rahsia-yang-panjang"})

        with override_settings(KIOSK_KEYS=[self.KEYS[1]]):
            assert client.get("/kiosk/").status_code == 404

    @override_settings(KIOSK_KEYS=[], DEMO=False)
    def test_without_keys_there_is_no_kiosk(self, client: Client) -> None:
        assert client.get("/kiosk/").status_code == 404
        assert client.get("/kiosk/device/").status_code == 404
