from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "kwsp_portal.notify"
    verbose_name = _("Makluman")
