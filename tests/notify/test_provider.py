"""Messages through a provider that is a program of its own, with its faults: each arrives once, or is told why not."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from kwsp_portal.jobs import failpoints
from kwsp_portal.notify import delivery, services
from kwsp_portal.notify.enums import State
from kwsp_portal.notify.models import Message
from tests.notify import phone_process
from tests.notify.conftest import PASSWORD, TAC
from tests.notify.phone_process import PhoneProcess

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+60123456789"
TEXT = "847263: RM 12.50, AMINAH. KWSP tidak pernah meminta TAC.\n@localhost #847263"


@pytest.fixture(scope="module")
def _process(live_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneProcess]:
    quick = {"DEMOPHONE_SILENCE_SECONDS": "2", "DEMOPHONE_LATE_SECONDS": "1"}
    with phone_process.running(tmp_path_factory.mktemp("phone"), DEMOPHONE_PORTAL_URL=live_server.url, **quick) as process:
        yield process


@pytest.fixture
def phone(_process: PhoneProcess, settings: Any) -> PhoneProcess:
    way = {"sms": "http", "email": "http", "sms_url": _process.url, "sms_key": phone_process.KEY, "sms_report_key": phone_process.REPORT_KEY}
    settings.NOTIFY = {**settings.NOTIFY, **way, "timeout": 1, "per_hour": 100}
    _process.behave()
    return _process


@pytest.fixture
def number(request: pytest.FixtureRequest) -> str:
    """One of its own for every test: the phone keeps what it got."""
    return f"+6012{abs(hash(request.node.nodeid)) % 10**7:07d}"


def send(to: str, *, lives: timedelta = timedelta(minutes=3)) -> None:
    now = datetime.now(UTC)
    figures = {"sum": "12.50", "name": "AMINAH"}
    with transaction.atomic():
        services.send_sms(
            to=to,
            kind=TAC,
            figures=figures,
            secrets={"tac": "847263"},
            language="ms",
            inbox=None,
            cause="challenge:1",
            at=now,
            expires_at=now + lives,
        )


def bring_out() -> None:
    """As if the pause before the next attempt were over."""
    Message.objects.filter(state=State.QUEUED).update(due_at=Now())
    delivery.deliver()


def eventually(said: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not said():
        assert time.monotonic() < deadline, list(Message.objects.values("state", "reason", "tries"))
        time.sleep(0.05)


def state() -> str:
    return Message.objects.get().state


def test_a_message_arrives_and_is_reported_and_its_secret_is_gone(phone: PhoneProcess, number: str) -> None:
    send(number)

    bring_out()

    eventually(lambda: state() == State.DELIVERED)
    message = Message.objects.get()
    assert phone.texts(number) == [TEXT]
    assert (message.secrets, message.tries, message.reason) == (None, 1, "")
    assert len(message.reference) == 24
    assert message.sent_at is not None
    assert message.ended_at is not None


@pytest.mark.parametrize(("answer", "reason"), [("TAKEN_SILENTLY", "TIMEOUT"), ("GARBLED", "UNREADABLE")])
def test_what_was_taken_without_an_answer_is_asked_again_and_arrives_once(phone: PhoneProcess, number: str, answer: str, reason: str) -> None:
    send(number)
    phone.behave(answer=answer, left=1, reporting="NEVER")

    bring_out()
    assert list(Message.objects.values_list("state", "reason")) == [(State.QUEUED, reason)]
    bring_out()

    assert state() == State.SENT
    assert phone.texts(number) == [TEXT]


@pytest.mark.parametrize(("answer", "reason"), [("DOWN", "HTTP_503"), ("BUSY", "HTTP_429"), ("SILENT", "TIMEOUT")])
def test_a_provider_that_is_down_is_asked_again(phone: PhoneProcess, number: str, answer: str, reason: str) -> None:
    send(number)
    phone.behave(answer=answer)
    for _attempt in range(2):
        bring_out()
        assert list(Message.objects.values_list("state", "reason")) == [(State.QUEUED, reason)]
    assert phone.texts(number) == []

    phone.behave()
    bring_out()

    eventually(lambda: state() == State.DELIVERED)
    assert phone.texts(number) == [TEXT]
    assert Message.objects.get().tries == 3


def test_a_provider_that_is_down_is_not_asked_for_every_message_in_turn(phone: PhoneProcess, number: str) -> None:
    for place in range(5):
        send(f"{number[:-1]}{place}")
    phone.behave(answer="SILENT")

    began = time.monotonic()
    bring_out()

    assert time.monotonic() - began < 2 * 1.9, "one time-out for all"
    assert set(Message.objects.values_list("state", "reason")) == {(State.QUEUED, "TIMEOUT")}


def test_nobody_listening_is_down_too(phone: PhoneProcess, settings: Any, number: str) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "sms_url": "http://127.0.0.1:9"}
    send(number)

    bring_out()

    assert list(Message.objects.values_list("state", "reason")) == [(State.QUEUED, "CONNECTIONREFUSEDERROR")]


def test_a_code_that_ran_out_while_the_provider_was_down_never_arrives(phone: PhoneProcess, number: str) -> None:
    send(number, lives=timedelta(seconds=1))
    phone.behave(answer="DOWN")
    bring_out()
    phone.behave()
    time.sleep(1.1)

    bring_out()

    message = Message.objects.get()
    assert (message.state, message.secrets) == (State.EXPIRED, None)
    assert phone.texts(number) == []


def test_a_number_that_the_provider_refuses_is_asked_once(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(answer="REFUSE", to=number)

    bring_out()
    bring_out()

    message = Message.objects.get()
    assert (message.state, message.reason, message.secrets, message.tries) == (State.REFUSED, "NUMBER_BLOCKED", None, 1)


def test_a_wrong_key_of_ours_loses_no_message(phone: PhoneProcess, settings: Any, number: str) -> None:
    right = settings.NOTIFY
    settings.NOTIFY = {**right, "sms_key": "wrong"}
    send(number)
    bring_out()
    assert list(Message.objects.values_list("state", "reason")) == [(State.QUEUED, "HTTP_401")]

    settings.NOTIFY = right
    bring_out()

    eventually(lambda: state() == State.DELIVERED)


def test_a_lost_message_stays_sent_without_a_word(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(carriage="LOSE")

    bring_out()

    assert state() == State.SENT
    assert Message.objects.get().secrets is None
    assert phone.texts(number) == []


def test_what_a_carrier_brings_twice_is_one_message_of_ours(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(carriage="TWICE")

    bring_out()

    eventually(lambda: state() == State.DELIVERED)
    assert phone.texts(number) == [TEXT, TEXT]


def test_what_fails_on_the_way_is_told(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(carriage="FAIL")

    bring_out()

    eventually(lambda: state() == State.FAILED)
    assert phone.texts(number) == []


def test_a_code_that_ran_out_at_the_provider_does_not_arrive(phone: PhoneProcess, number: str) -> None:
    send(number, lives=timedelta(seconds=1))
    phone.behave(delay_seconds=2)

    bring_out()

    eventually(lambda: state() == State.FAILED)
    assert Message.objects.get().reason == "PROVIDER_EXPIRED"
    assert phone.texts(number) == []


@pytest.mark.parametrize("reporting", ["FIRST", "LATE", "REPEATED"])
def test_a_report_comes_before_the_answer_late_or_often(phone: PhoneProcess, number: str, reporting: str) -> None:
    send(number)
    phone.behave(reporting=reporting)

    bring_out()

    eventually(lambda: state() == State.DELIVERED)
    assert phone.texts(number) == [TEXT]
    assert Message.objects.get().secrets is None


def test_a_report_with_a_forged_signature_changes_nothing(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(reporting="FORGED")

    bring_out()
    time.sleep(1)

    assert state() == State.SENT


@pytest.mark.parametrize("place", ["notify.taken", "notify.called"])
def test_a_worker_that_dies_between_the_call_and_its_commit_sends_once(phone: PhoneProcess, number: str, place: str) -> None:
    send(number)
    phone.behave(reporting="NEVER")
    with failpoints.armed(place), pytest.raises(failpoints.FailpointDeath):
        bring_out()
    assert state() == State.QUEUED
    assert delivery.deliver()["sent"] == 0, "nobody else's before the lease is over"

    bring_out()

    assert state() == State.SENT
    assert phone.texts(number) == [TEXT]
    assert Message.objects.get().tries == 2


def test_a_worker_that_comes_back_too_late_writes_nothing(phone: PhoneProcess, number: str) -> None:
    send(number)
    phone.behave(reporting="NEVER")
    taken = delivery._take(delivery.Channel.SMS)
    Message.objects.update(due_at=Now())

    bring_out()
    late = delivery.Outcome(taken[0], State.FAILED, reason="LATE")

    assert delivery._write([late]) == 0
    assert state() == State.SENT


def test_two_workers_at_once_send_each_message_once(phone: PhoneProcess, number: str) -> None:
    for place in range(30):
        send(f"{number[:-2]}{place:02d}")

    _in_threads(4)

    assert Message.objects.exclude(state__in=[State.SENT, State.DELIVERED]).count() == 0
    assert {len(phone.texts(f"{number[:-2]}{place:02d}")) for place in range(30)} == {1}


def _in_threads(count: int) -> None:
    def work() -> None:
        try:
            delivery.deliver()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_email_goes_the_same_way(phone: PhoneProcess) -> None:
    with transaction.atomic():
        services.send_email(
            to="aminah@example.com",
            kind=PASSWORD,
            figures={"user_id": "a1"},
            secrets={"password": "p-w"},
            language="ms",
            inbox=None,
            cause="row:1",
            at=datetime.now(UTC),
        )

    bring_out()

    eventually(lambda: state() == State.DELIVERED)
    assert [(one["subject"], one["text"]) for one in phone.mails("aminah@example.com")] == [("ID", "ID a1, p-w\n")]
