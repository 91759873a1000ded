from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThumbprintConfig(AppConfig):
    name = "kwsp_portal.thumbprint"
    verbose_name = _("Pembaca cap ibu jari")
