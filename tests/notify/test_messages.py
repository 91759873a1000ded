"""A message is written with its act, waits with its secrets encrypted, and goes out once."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction

from kwsp_portal.notify import delivery, selectors, services, wording
from kwsp_portal.notify.enums import Channel, Inbox, State, Whose
from kwsp_portal.notify.models import Copy, Message
from tests import phone
from tests.notify.conftest import CODE, PASSWORD, TAC

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+60123456789", "+60123456788"
MEMBER = Inbox(Whose.MEMBER, 7)
FIGURES = {"sum": "12.50", "name": "AMINAH"}


@pytest.fixture(autouse=True)
def _file(settings: Any, tmp_path: Path) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "sms": "file", "email": "file", "folder": str(tmp_path), "per_hour": 30}


def tac(cause: str = "challenge:1", *, digits: str = "847263", to: str = NUMBER, **changed: Any) -> None:
    now = datetime.now(UTC)
    told = {"inbox": MEMBER, "language": "ms", "at": now, "expires_at": now + timedelta(minutes=3), **changed}
    services.send_sms(to=to, kind=TAC, figures=FIGURES, secrets={"tac": digits}, cause=cause, **told)


def written(folder: Any) -> list[dict[str, str]]:
    path = Path(folder["folder"]) / "messages.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_message_goes_out_in_words_with_its_secret_and_the_secret_is_gone(settings: Any) -> None:
    tac()
    assert phone.code(NUMBER) == "847263"

    assert delivery.deliver()["sent"] == 1

    (line,) = written(settings.NOTIFY)
    assert line["to"] == NUMBER
    assert line["text"] == "847263: RM 12.50, AMINAH. KWSP tidak pernah meminta TAC.\n@localhost #847263"
    message = Message.objects.get()
    assert (message.state, message.secrets, message.tries) == (State.SENT, None, 1)
    assert message.sent_at is not None
    assert delivery.deliver() == {"expired": 0}


def test_the_inbox_has_the_same_words_without_the_secret() -> None:
    tac()

    (notice,) = selectors.notices_in(MEMBER, user_id=1)
    assert selectors.words_of(notice).paragraphs == ("••••••: RM\xa012.50, AMINAH.", "KWSP tidak pernah meminta TAC.")
    assert "847263" not in json.dumps([notice.figures, notice.cause])


@pytest.mark.django_db(transaction=True)
def test_a_message_of_an_act_that_was_rolled_back_is_never_sent() -> None:
    with pytest.raises(RuntimeError, match="outside transaction.atomic"):
        tac()
    with transaction.atomic():
        tac()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_an_act_that_runs_twice_is_told_of_once_to_each_number() -> None:
    tac()
    tac(digits="111111")
    tac(to=OTHER)
    tac("challenge:2")

    assert sorted(Message.objects.values_list("cause", "to")) == [("challenge:1", OTHER), ("challenge:1", NUMBER), ("challenge:2", NUMBER)]


def test_nothing_but_the_key_reads_what_waits() -> None:
    tac()

    with connection.cursor() as cursor:
        cursor.execute("SELECT notify_message::text FROM notify_message")
        (row,) = cursor.fetchone()
    assert "847263" not in row
    assert b"847263".hex() not in row


def test_an_expired_code_is_never_sent_and_its_digits_are_gone(settings: Any) -> None:
    past = datetime.now(UTC) - timedelta(minutes=5)
    tac(at=past, expires_at=past + timedelta(minutes=3))

    assert delivery.deliver()["expired"] == 1

    message = Message.objects.get()
    assert (message.state, message.secrets, message.tries) == (State.EXPIRED, None, 0)
    assert written(settings.NOTIFY) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": "NOBODY_KNOWS"}, KeyError),
        ({"figures": {"sum": "1"}}, KeyError),
        ({"secrets": {}}, KeyError),
        ({"secrets": {"tac": "1", "password": "2"}}, KeyError),
        ({"figures": {**FIGURES, "tac": "123456"}}, ValueError),
        ({"figures": {**FIGURES, "sum": "lots"}}, ArithmeticError),
        ({"to": "012-345 6789"}, ValueError),
    ],
)
def test_what_makes_no_message_is_refused_when_it_is_sent(changed: dict[str, Any], error: type[Exception]) -> None:
    good = {"to": NUMBER, "kind": TAC, "figures": FIGURES, "secrets": {"tac": "123456"}}
    with pytest.raises(error):
        services.send_sms(**{**good, **changed}, language="ms", inbox=None, cause="row:1", at=datetime.now(UTC))


def test_one_message_without_words_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    tac()
    tac("challenge:2")
    of = wording.of
    monkeypatch.setattr(wording, "of", lambda message: of(message) if message.cause == "challenge:2" else 1 / len(message.secrets[:0]))

    assert delivery.deliver() == {"failed": 1, "sent": 1, "expired": 0, "lost": 0}

    assert "cannot be put into words: ZeroDivisionError" in caplog.text


def test_an_email_has_a_subject_and_a_checked_address(settings: Any) -> None:
    told = {"kind": PASSWORD, "figures": {"user_id": "a1"}, "secrets": {"password": "p-w"}, "language": "ms", "inbox": None, "cause": "row:1"}
    with pytest.raises(ValidationError):
        services.send_email(to="nobody", at=datetime.now(UTC), **told)

    services.send_email(to="aminah@example.com", at=datetime.now(UTC), **told)
    delivery.deliver()

    assert [(line["to"], line["subject"], line["text"]) for line in written(settings.NOTIFY)] == [("aminah@example.com", "ID", "ID a1, p-w\n")]


def test_too_many_to_one_number_are_refused_and_others_are_not(settings: Any) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "per_hour": 2}
    for number in range(4):
        tac(f"challenge:{number}")
    tac(to=OTHER)

    counts = delivery.deliver()

    assert (counts["sent"], counts["refused"]) == (3, 2)
    assert {m.reason for m in Message.objects.filter(state=State.REFUSED)} == {"TOO_MANY"}
    assert not Message.objects.exclude(secrets__isnull=True).exists()


def test_the_portal_cannot_change_what_was_said_nor_delete_it() -> None:
    tac()
    for act in ("DELETE FROM notify_message", "UPDATE notify_message SET \"to\" = '+60111111111'", "UPDATE notify_message SET figures = '{}'"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


@pytest.mark.parametrize(("before", "after"), [(b, a) for b in State for a in State])
def test_a_message_moves_forwards_only(before: State, after: State) -> None:
    tac()
    Message.objects.update(secrets=None, state=before)
    allowed = (
        before == after
        or before == State.QUEUED
        or (before, after)
        in {
            (State.SENT, State.DELIVERED),
            (State.SENT, State.FAILED),
            (State.FAILED, State.DELIVERED),
            (State.EXPIRED, State.DELIVERED),
        }
    )

    if allowed:
        Message.objects.update(state=after)
        return
    with pytest.raises(IntegrityError, match="does not become"), transaction.atomic():
        Message.objects.update(state=after)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("message_channel_known", {"channel": "FAX"}),
        ("message_state_known", {"state": "READ"}),
        ("message_code_form", {"code": "small"}),
        ("message_cause_kind_id", {"cause": "nothing"}),
        ("message_to_form", {"to": "0123456789"}),
        ("message_to_form", {"channel": "EMAIL"}),
        ("message_secrets_wiped", {"state": "SENT", "secrets": "x"}),
        ("message_expires_later", {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}),
        ("message_said_once", {}),
        ("notify_message_key_key", {"cause": "row:2", "key": "00000000-0000-4000-8000-000000000001"}),
    ],
)
def test_the_constraint_refuses_what_it_is_named_for(name: str, fields: dict[str, Any]) -> None:
    good = {"channel": "SMS", "to": NUMBER, "code": CODE, "cause": "row:1", "language": "ms", "at": datetime.now(UTC)}
    Message.objects.create(**good, key="00000000-0000-4000-8000-000000000001")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Message.objects.create(**{**good, **fields})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("copy_once", {}),
        ("copy_whose_known", {"whose": "FUND"}),
        ("copy_channel_known", {"channel": "FAX"}),
        ("copy_reader_of_an_employer", {"reader": 5}),
    ],
)
def test_a_copy_is_asked_for_once_by_somebody_for_a_channel(name: str, fields: dict[str, Any]) -> None:
    good = {"whose": "MEMBER", "whose_id": 7, "channel": "SMS", "language": "ms", "since": datetime.now(UTC)}
    Copy.objects.create(**good)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Copy.objects.create(**{**good, **fields})


def test_secrets_are_wiped_with_the_end_and_never_written_again() -> None:
    tac()
    with pytest.raises(IntegrityError, match="message_secrets_wiped"), transaction.atomic():
        Message.objects.update(state=State.SENT)
    with pytest.raises(IntegrityError, match="never written again"), transaction.atomic():
        Message.objects.update(secrets="111111")


def test_what_is_withdrawn_is_not_sent_and_its_secret_is_gone(settings: Any) -> None:
    tac("invitation:1", digits="111111")
    tac("invitation:2", digits="222222")

    services.withdraw(causes=["invitation:1"])

    assert delivery.deliver()["sent"] == 1
    assert ["222222" in line["text"] for line in written(settings.NOTIFY)] == [True]
    first = Message.objects.get(cause="invitation:1")
    assert (first.state, first.secrets, first.reason, first.ended_at is not None) == (State.EXPIRED, None, "WITHDRAWN", True)


def test_withdrawn_while_a_worker_holds_it_it_is_not_sent(settings: Any) -> None:
    tac("invitation:1")
    (taken,) = delivery._take(Channel.SMS)

    services.withdraw(causes=["invitation:1"])

    assert delivery._write(delivery._call_each(Channel.SMS, [taken], time.monotonic() + 30)) == 0
    assert written(settings.NOTIFY) == []
    assert Message.objects.get().reason == "WITHDRAWN"


def test_what_was_sent_already_stays_sent() -> None:
    tac("invitation:1")
    delivery.deliver()

    services.withdraw(causes=["invitation:1"])

    assert Message.objects.get().state == State.SENT
