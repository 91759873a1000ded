import importlib

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from kwsp_portal import celery
from kwsp_portal.common import clock


class JobsConfig(AppConfig):
    name = "kwsp_portal.jobs"
    verbose_name = _("Kerja latar")

    def ready(self) -> None:
        """Every process knows the Celery app, the business clock and what can be worked (`work.py` of each app)."""
        celery.app.set_default()
        autodiscover_modules("work")
        calendar = importlib.import_module("kwsp_portal.jobs.calendar")  # has models: not importable before this moment
        clock.use_source(calendar.current)
        connection_created.connect(calendar.forget_on_connection, dispatch_uid="jobs.calendar")
