"""Delivery reports: signed by the provider, in any order, as often as it likes; nobody else's are heard."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.notify.enums import State
from kwsp_portal.notify.models import Message

pytestmark = pytest.mark.django_db
KEY = "r" * 40
ADDRESS = "/sms/reports/"


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "sms_report_key": KEY}


def written(**fields: Any) -> Message:
    return Message.objects.create(channel="SMS", to="+60123456789", code="TEST_TAC", cause="a:1", language="ms", at=datetime.now(UTC), **fields)


@pytest.fixture
def message() -> Message:
    return written(state=State.SENT, sent_at=datetime.now(UTC))


def body(message: Message, status: str = "delivered", **more: Any) -> bytes:
    return json.dumps({"reports": [{"id": "ref-1", "key": str(message.key), "status": status, **more}]}).encode()


def signed(content: bytes, *, key: str = KEY, age: timedelta = timedelta(0)) -> str:
    moment = str(int((datetime.now(UTC) - age).timestamp()))
    return f"t={moment},v1={hmac.new(key.encode(), moment.encode() + b'.' + content, hashlib.sha256).hexdigest()}"


def post(content: bytes, signature: str | None = None) -> int:
    headers = {"X-Signature": signed(content) if signature is None else signature}
    return Client(enforce_csrf_checks=True).post(ADDRESS, content, content_type="application/json", headers=headers).status_code


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.reason


def test_a_report_is_written_once_however_often_it_comes(message: Message) -> None:
    assert post(body(message)) == 204
    message.refresh_from_db()
    first = message.ended_at

    assert post(body(message)) == 204

    assert state(message) == (State.DELIVERED, "")
    assert (message.ended_at, message.reference) == (first, "ref-1")


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (State.QUEUED, "delivered", State.DELIVERED),
        (State.QUEUED, "failed", State.FAILED),
        (State.SENT, "failed", State.FAILED),
        (State.SENT, "expired", State.FAILED),
        (State.DELIVERED, "failed", State.DELIVERED),
        (State.FAILED, "delivered", State.DELIVERED),
        (State.EXPIRED, "delivered", State.DELIVERED),
        (State.EXPIRED, "failed", State.EXPIRED),
        (State.REFUSED, "delivered", State.REFUSED),
    ],
)
def test_reports_in_any_order_end_in_the_truth(before: State, status: str, after: State) -> None:
    one = written(state=before, secrets="x" if before == State.QUEUED else None)

    assert post(body(one, status)) == 204

    assert state(one)[0] == after
    assert one.secrets is None or after == State.QUEUED


def test_a_message_that_is_not_ours_is_acknowledged_and_changes_nothing(message: Message) -> None:
    stranger = Message(key="00000000-0000-4000-8000-000000000009")

    assert post(body(stranger, "failed")) == 204

    assert state(message) == (State.SENT, "")


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_or_future_signature_is_refused(message: Message, age: timedelta) -> None:
    content = body(message)

    assert post(content, signed(content, age=age)) == 403
    assert state(message)[0] == State.SENT


def test_what_the_provider_did_not_sign_is_refused(message: Message) -> None:
    content = body(message)
    good = signed(content)
    forged = ["", "v1=00", signed(content, key="another key"), good.upper(), good[:-1], good.replace("t=", "t=1"), signed(content + b" ")]

    assert {post(content, signature) for signature in forged} == {403}
    assert post(content.replace(b"delivered", b"failed"), good) == 403
    assert state(message)[0] == State.SENT


def test_without_a_key_of_ours_nothing_is_believed(message: Message, settings: Any) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "sms_report_key": ""}
    content = body(message)

    assert post(content, signed(content, key="")) == 403


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"reports": 7}', b'{"reports": [7]}', b'{"reports": [{"key": "x", "id": "y", "status": "delivered"}]}', b"\xff\xfe"],
)
def test_what_cannot_be_read_is_said_so(content: bytes) -> None:
    assert post(content) == 400


def test_an_unknown_status_and_too_many_reports_are_refused(message: Message) -> None:
    assert post(body(message, "exploded")) == 400
    assert post(json.dumps({"reports": [{}] * 501}).encode()) == 400
    assert post(b" " * (256 * 1024 + 1)) == 413


def test_a_reason_is_kept_without_what_could_fool_a_reader(message: Message) -> None:
    post(body(message, "failed", reason="absent\nsubscriber <b>" + "x" * 200))

    assert state(message) == (State.FAILED, ("absentsubscriber b" + "x" * 200)[:80])
