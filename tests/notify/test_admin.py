"""Messages in the admin: how far each came, masked and without secrets; what failed can be sent again, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify import services
from kwsp_portal.notify.enums import State
from kwsp_portal.notify.models import Message
from members.identity.enums import Role
from tests import factories
from tests.identity.conftest import person, sign_in_officer
from tests.notify.conftest import CODE, PASSWORD

__all__ = ["person"]
pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def written(state: State = State.FAILED, *, code: str = CODE, cause: str = "row:1", **fields: Any) -> Message:
    said = {"code": code, "cause": cause, "language": "ms", "figures": {"sum": "12.50", "name": "AMINAH"}}
    return Message.objects.create(channel="SMS", to="+60123456789", **said, at=NOW, state=state, **fields)


@pytest.fixture
def officer_client(person: Any) -> Any:
    def signed_in(role: Role) -> Client:
        client, user_id = Client(), f"pegawai{len(role):02d}"
        person(user_id, role)
        sign_in_officer(client, user_id)
        return client

    return signed_in


def again(message: Message, by: Any = "jobs") -> None:
    services.send_again(message_id=message.pk, by=by, at=NOW)


def test_what_failed_is_sent_again_once_and_entered_in_the_trail() -> None:
    officer = factories.UserFactory(role=Role.ADMINISTRATOR)
    first = written(State.FAILED)

    again(first, by=officer)

    second = Message.objects.exclude(pk=first.pk).get()
    assert (second.to, second.code, second.figures, second.state, second.cause) == (
        first.to,
        first.code,
        first.figures,
        State.QUEUED,
        f"message:{first.pk}",
    )
    assert second.key != first.key
    assert list(AuditEvent.objects.values_list("action", "target")) == [("message.send_again", f"message:{first.pk}")]
    with pytest.raises(services.NotAgain, match="BEFORE"):
        again(first)
    assert Message.objects.count() == 2
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": State.DELIVERED}, "DELIVERED"),
        ({"state": State.QUEUED}, "UNDER_WAY"),
        ({"state": State.SENT, "sent_at": NOW - timedelta(minutes=59)}, "UNDER_WAY"),
        ({"state": State.FAILED, "code": PASSWORD}, "SECRET"),
        ({"state": State.EXPIRED, "expires_at": NOW + timedelta(minutes=3)}, "SECRET"),
    ],
)
def test_what_cannot_be_sent_again_says_why(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(services.NotAgain, match=why):
        again(written(**fields))


def test_a_message_of_which_nothing_was_heard_for_an_hour_can_be_sent_again() -> None:
    again(written(State.SENT, sent_at=NOW - timedelta(minutes=61)))

    assert Message.objects.count() == 2


def test_the_list_shows_masked_numbers_and_filters_failures(officer_client: Any) -> None:
    written(State.FAILED, reason="NUMBER_BLOCKED")
    written(State.QUEUED, cause="row:2", code=PASSWORD, secrets='{"password": "p-w-9"}')
    reader = officer_client(Role.AUDITOR)

    page = reader.get("/admin/notify/message/?state__exact=FAILED").content.decode()
    everything = reader.get("/admin/notify/message/").content.decode()
    one = reader.get(f"/admin/notify/message/{Message.objects.get(cause='row:2').pk}/change/").content.decode()

    assert "NUMBER_BLOCKED" in page
    assert "TEST_PASSWORD" not in page
    assert "+60•••••6789" in everything
    for content in (page, everything, one):
        assert "+60123456789" not in content.replace("seperti +60123456789", "")
        assert "p-w-9" not in content
    assert 'value="send_again"' not in everything, "for administrators"


def test_an_administrator_sends_again_from_the_list(officer_client: Any) -> None:
    failed, arrived = written(State.FAILED), written(State.DELIVERED, cause="row:2")

    page = officer_client(Role.ADMINISTRATOR).post(
        "/admin/notify/message/", {"action": "send_again", "_selected_action": [failed.pk, arrived.pk]}, follow=True
    )

    said = page.content.decode()
    assert f"Mesej {failed.pk} dihantar semula." in said
    assert f"Mesej {arrived.pk} sudah sampai." in said
    assert Message.objects.filter(cause=f"message:{failed.pk}").exists()
