"""Messages have a queue of their own, and workers that do nothing else: a code does not wait for a batch."""

from pathlib import Path

import yaml

from kwsp_portal.celery import app
from kwsp_portal.devstack import portal_programs
from kwsp_portal.devstack.folder import PROJECT
from kwsp_portal.jobs import doorbell
from kwsp_portal.notify import services

ENVIRON = {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}


def queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_only_messages_go_into_the_queue_of_messages() -> None:
    assert queue_of(services.DELIVER_TASK) == "messages"
    assert {queue_of(task) for task in (doorbell.WORK_TASK, "kwsp_portal.jobs.tasks.sweep", "kwsp_portal.jobs.tasks.look")} == {"celery"}


def test_the_messenger_works_that_queue_and_the_worker_the_other() -> None:
    messenger = [str(part) for part in portal_programs.messenger(ENVIRON).command]
    worker = [str(part) for part in portal_programs.worker(ENVIRON, only_worker=False).command]
    composed = yaml.safe_load(Path(PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]

    assert messenger[messenger.index("--queues") + 1] == "messages"
    assert "--queues" not in worker
    assert composed["messenger"]["command"][composed["messenger"]["command"].index("--queues") + 1] == "messages"
    assert "--queues" not in composed["worker"]["command"]


def test_what_a_lost_bell_left_is_looked_for_every_other_second() -> None:
    looking = app.conf.beat_schedule["deliver"]

    assert looking["task"] == services.DELIVER_TASK
    assert looking["schedule"] <= 2
    assert looking["options"]["expires"] <= 10, "no heap of bells where nobody works the queue"
