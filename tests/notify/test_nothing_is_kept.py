"""A code is in plain on the phone and nowhere else: not in the database, its dump, the broker, the logs or the inbox, whatever became of it."""

import base64
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection, transaction
from django.test import Client

from kwsp_portal.frame.backups import programs
from kwsp_portal.jobs import failpoints
from kwsp_portal.notify import delivery, services
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import Message
from tests.conftest import OWNER
from tests.notify import phone_process
from tests.notify.conftest import TAC
from tests.notify.phone_process import PhoneProcess

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "KENARI58204613"
NUMBER = "+60123456789"


@pytest.fixture
def phone(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[PhoneProcess]:
    with phone_process.running(tmp_path, DEMOPHONE_PORTAL_URL=live_server.url, DEMOPHONE_SILENCE_SECONDS="2") as process:
        way = {"sms": "http", "sms_url": process.url, "sms_key": phone_process.KEY, "sms_report_key": phone_process.REPORT_KEY, "timeout": 1}
        settings.NOTIFY = {**settings.NOTIFY, **way}
        yield process


def send(cause: str, *, lives: timedelta = timedelta(minutes=3)) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        services.send_sms(
            to=NUMBER,
            kind=TAC,
            figures={"sum": "12.50", "name": "AMINAH"},
            secrets={"tac": CANARY},
            language="ms",
            inbox=Inbox(Whose.MEMBER, 7),
            cause=cause,
            at=now - timedelta(minutes=5) if lives < timedelta(0) else now,
            expires_at=now + lives,
        )


def dump() -> str:
    """Everything in the database, as a backup has it."""
    program = programs.find("pg_dump", major=connection.cursor().connection.server_version // 10000)
    host, port = OWNER["HOST"] or OWNER.get("OPTIONS", {}).get("host"), OWNER["PORT"]
    place = ["-U", OWNER["USER"], "-h", str(host), *(["-p", str(port)] if port else []), "-d", connection.settings_dict["NAME"]]
    environ = {**os.environ, "PGPASSWORD": OWNER["PASSWORD"]}
    return subprocess.run([str(program), "--data-only", "--inserts", *place], env=environ, capture_output=True, text=True, check=True).stdout


def broker() -> str:
    """Every key of the broker with its value, and what Celery's messages hold inside."""
    client = redis.Redis.from_url(os.environ["CELERY_BROKER_URL"].replace("redis+socket://", "unix://"))
    readers = {"list": lambda key: client.lrange(key, 0, -1), "hash": client.hgetall, "set": client.smembers, "string": client.get}
    readers["zset"] = lambda key: client.zrange(key, 0, -1)
    found = {key: readers[client.type(key).decode()](key) for key in client.scan_iter()}
    inside = [base64.b64decode(json.loads(entry)["body"]) for entry in found.get(b"messages", [])]
    return str((found, inside))


def test_a_code_is_kept_nowhere(phone: PhoneProcess, caplog: pytest.LogCaptureFixture, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.DEBUG)
    send("waits:1")
    assert "kwsp_portal.notify.tasks.deliver" in broker(), "the bell is there, and nothing of the message with it"
    places = {"while it waits": dump(), "in the broker": broker()}

    delivery.deliver()
    assert CANARY in phone.texts(NUMBER)[0]
    for cause, answer in (("down:1", "DOWN"), ("silent:1", "TAKEN_SILENTLY"), ("garbled:1", "GARBLED"), ("refused:1", "REFUSE")):
        phone.behave(answer=answer, left=1)
        send(cause)
        delivery.deliver()
    send("expired:1", lives=timedelta(minutes=-1))
    send("killed:1")
    with failpoints.armed("notify.called"), pytest.raises(failpoints.FailpointDeath):
        delivery.deliver()
    with monkeypatch.context() as broken:
        broken.setattr("kwsp_portal.notify.wording.said", lambda **said: 1 / len(said["secrets"]["nothing"]))
        delivery.deliver()

    places |= {"after it": dump(), "in the logs": caplog.text, "in the broker afterwards": broker()}
    assert {name for name, content in places.items() if CANARY in content or CANARY.encode().hex() in content} == set()
    assert "waits:1" in places["while it waits"], "the dump holds the message"
    assert Message.objects.filter(secrets__isnull=False).exists() == Message.objects.filter(state="QUEUED").exists()


def test_a_notice_of_a_code_hides_it() -> None:
    send("waits:1")

    assert CANARY not in str([(notice.figures, notice.cause) for notice in services.Notice.objects.all()])
