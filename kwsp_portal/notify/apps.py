import importlib

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "kwsp_portal.notify"
    verbose_name = _("Makluman")

    def ready(self) -> None:
        """The checks know the ways out, which have models behind them: not importable before this moment."""
        own = importlib.import_module("kwsp_portal.notify.checks")
        checks.register(own.ways_and_keys)
        checks.register(own.provider, deploy=True)
