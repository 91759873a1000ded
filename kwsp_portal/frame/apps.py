from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core import checks as django_checks

from kwsp_portal.frame import checks


class FrameConfig(AppConfig):
    """The top of the tree: what composes several apps."""

    default = True
    name = "kwsp_portal.frame"
    label = "frame"
    verbose_name = "Portal"

    def ready(self) -> None:
        django_checks.register(checks.rate_files)
        django_checks.register(checks.payment_channels)


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin behind the fund's own door."""

    default = False
    default_site = "kwsp_portal.frame.admin_site.PortalAdminSite"
