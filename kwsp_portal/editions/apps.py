from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "kwsp_portal.editions"
    verbose_name = _("Edisi undang-undang")
