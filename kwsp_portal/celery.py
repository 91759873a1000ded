"""The Celery app: a doorbell for work that waits in PostgreSQL (kwsp_portal.jobs). Only the broker's address is a setting."""

from celery import Celery
from celery.schedules import crontab

app = Celery("kwsp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A task may run twice and may be lost; the work list forgives both (design: reliability.md, C-1 to C-18).
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=300,
    task_soft_time_limit=240,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=20,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "health_check_interval": 15,
    },
    accept_content=["json"],
    timezone="Asia/Kuala_Lumpur",
    # Beat knows no business: it only says "look at the due table" and "sweep".
    beat_schedule={
        "look": {"task": "kwsp_portal.jobs.tasks.look", "schedule": crontab(minute="*")},
        "sweep": {"task": "kwsp_portal.jobs.tasks.sweep", "schedule": 15.0},
        # What a lost bell or a pause left: a code must not wait for the sweep.
        "deliver": {"task": "kwsp_portal.notify.tasks.deliver", "schedule": 2.0, "options": {"expires": 10}},
    },
    # Messages have workers of their own: a code goes out within a second however long the batches are.
    task_routes={"kwsp_portal.notify.*": {"queue": "messages"}},
)
app.autodiscover_tasks()
