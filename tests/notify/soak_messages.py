"""Messages in numbers: a burst of ten thousand with codes in the middle of it, workers killed at random, a provider gone for half a minute."""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from kwsp_portal.notify import delivery, services
from kwsp_portal.notify.enums import State
from kwsp_portal.notify.models import Message
from tests.jobs.forks import ended, forked
from tests.notify import phone_process
from tests.notify.conftest import PASSWORD, TAC
from tests.notify.phone_process import PhoneProcess

pytestmark = pytest.mark.django_db(transaction=True)
SEED = int(os.environ.get("KWSP_SOAK_SEED", "0") or 0) or random.randrange(10**6)
BURST = int(os.environ.get("KWSP_SOAK_ROWS", "10000"))
WORKERS = 2
NUMBER = "+60123456789"


@pytest.fixture
def phone(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[PhoneProcess]:
    with phone_process.running(tmp_path, DEMOPHONE_PORTAL_URL=live_server.url, DEMOPHONE_SILENCE_SECONDS="2") as process:
        way = {"sms": "http", "sms_url": process.url, "sms_key": phone_process.KEY, "sms_report_key": phone_process.REPORT_KEY}
        settings.NOTIFY = {**settings.NOTIFY, **way, "timeout": 1, "per_hour": 10**6}
        yield process


def number(place: int) -> str:
    return f"+6012{place:07d}"


def send(places: range) -> None:
    now = datetime.now(UTC)
    said = {"kind": PASSWORD, "figures": {"user_id": "a1"}, "secrets": {"password": "p"}}
    with transaction.atomic():
        for place in places:
            services.send_sms(to=number(place), **said, language="ms", inbox=None, cause=f"row:{place}", at=now)


def send_code(cause: str) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        services.send_sms(
            to=NUMBER,
            kind=TAC,
            figures={"sum": "1.00", "name": "A"},
            secrets={"tac": "123456"},
            language="ms",
            inbox=None,
            cause=cause,
            at=now,
            expires_at=now + timedelta(minutes=3),
        )


def work_until(done: str) -> int:
    """A worker as the messenger is: it looks again every little while, until the file is there."""
    while not os.path.exists(done):
        if not delivery.deliver()["sent"]:
            time.sleep(0.1)
    return 0


def arrivals(phone: PhoneProcess, to: str) -> int:
    return len(phone.texts(to))


def test_a_burst_and_a_code_in_the_middle_of_it(phone: PhoneProcess, tmp_path: Path) -> None:
    began = time.monotonic()
    send(range(BURST))
    written = time.monotonic() - began
    waits = []
    with ExitStack() as workers:
        began = time.monotonic()
        children = [workers.enter_context(forked(lambda: work_until(str(tmp_path / "done")))) for _ in range(WORKERS)]
        while Message.objects.filter(state=State.QUEUED).exists():
            cause = f"challenge:{len(waits)}"
            send_code(cause)
            asked = time.monotonic()
            while Message.objects.get(cause=cause).state == State.QUEUED:
                time.sleep(0.005)
            waits.append(time.monotonic() - asked)
            time.sleep(0.5)
        seconds = time.monotonic() - began
        (tmp_path / "done").touch()
        assert [ended(child) for child in children] == [0] * WORKERS
    waits.sort()
    sys.stdout.write(
        f"\n{BURST:,} messages written in {written:.1f} s ({BURST / written:,.0f}/s), sent by {WORKERS} workers in {seconds:.1f} s "
        f"({BURST / seconds:,.0f}/s); {len(waits)} codes meanwhile: median {waits[len(waits) // 2]:.3f} s, longest {waits[-1]:.3f} s\n"
    )
    deadline = time.monotonic() + 120
    while Message.objects.exclude(state=State.DELIVERED).exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    states = dict(Counter(Message.objects.values_list("state", flat=True)))
    sys.stdout.write(f"{states}, all reported {time.monotonic() - began:.1f} s after the start\n")
    assert (states, len(waits) > 0) == ({State.DELIVERED: BURST + len(waits)}, True)
    assert not Message.objects.exclude(secrets__isnull=True).exists()
    assert {arrivals(phone, number(place)) for place in random.Random(SEED).sample(range(BURST), 50)} == {1}
    assert waits[-1] < 2


def test_workers_killed_at_random_under_a_faulty_provider(phone: PhoneProcess, tmp_path: Path) -> None:
    """Whatever dies and whatever the provider answers, every phone shows its message once."""
    chance = random.Random(SEED)
    count, kills = 300, 0
    send(range(count))
    deadline = time.monotonic() + 180
    delivery_lease = delivery.LEASE_SECONDS
    try:
        delivery.LEASE_SECONDS = 3.0  # type: ignore[misc]
        while Message.objects.filter(state=State.QUEUED).exists():
            assert time.monotonic() < deadline, Counter(Message.objects.values_list("state", "reason"))
            phone.behave(answer=chance.choice(["NORMAL", "NORMAL", "TAKEN_SILENTLY", "GARBLED", "DOWN", "BUSY"]), left=chance.randrange(1, 4))
            with forked(lambda: work_until(str(tmp_path / "done"))) as worker:
                time.sleep(chance.uniform(0.05, 0.6))
                os.kill(worker, signal.SIGKILL)
                kills += 1
    finally:
        delivery.LEASE_SECONDS = delivery_lease  # type: ignore[misc]
    shown = Counter(arrivals(phone, number(place)) for place in range(count))
    sys.stdout.write(f"\nseed {SEED}: {count} messages, {kills} workers killed; times shown: {dict(shown)}; tries: {_tries()}\n")
    assert shown == {1: count}
    assert kills > 5, "all was sent before anybody was killed"
    assert max(_tries()) > 1, "nothing was ever sent again"


def _tries() -> dict[int, int]:
    return dict(Counter(Message.objects.values_list("tries", flat=True)))


def test_a_provider_that_is_gone_for_half_a_minute(phone: PhoneProcess, tmp_path: Path) -> None:
    send(range(200))
    phone.behave(answer="DOWN")
    with ExitStack() as workers:
        for _ in range(WORKERS):
            workers.enter_context(forked(lambda: work_until(str(tmp_path / "done"))))
        send_code("challenge:1")
        time.sleep(30)
        assert not Message.objects.exclude(state=State.QUEUED).exists()
        phone.behave()
        began, code, everything = time.monotonic(), 0.0, 0.0
        while not everything:
            assert time.monotonic() - began < 120
            left = Counter(Message.objects.filter(state=State.QUEUED).values_list("code", flat=True))
            code = code or (0 if left[TAC] else time.monotonic() - began)
            everything = 0 if left else time.monotonic() - began
            time.sleep(0.05)
        (tmp_path / "done").touch()
    sys.stdout.write(f"\na code waited {code:.1f} s after the provider was back, the last of 200 messages {everything:.1f} s; tries: {_tries()}\n")
    assert code < 6
    assert len(json.loads(phone.get(f"/demo/phone/?format=json&to={NUMBER}")[1])) == 1
    connection.close()
