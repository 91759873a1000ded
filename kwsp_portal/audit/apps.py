from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "kwsp_portal.audit"
    verbose_name = _("Jejak audit")

    def ready(self) -> None:
        """Every process knows what the trail can hold: `acts.py` of each app."""
        autodiscover_modules("acts")
