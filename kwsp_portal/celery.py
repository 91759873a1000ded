"""The Celery app: a doorbell for work that waits in PostgreSQL (kwsp_portal.jobs)."""

from celery import Celery

app = Celery("kwsp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
