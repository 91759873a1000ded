"""Django admin behind the officers' door: password and TOTP, registers to read, nothing to change."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.common import clock
from kwsp_portal.frame import ledger_check, queues, register_views, trail_check
from members.identity import gates, views
from members.identity.enums import ADMIN_READERS, Role

NOT_HERE = (Group, TOTPDevice)
"""Groups decide nothing in this portal; a device's secret is nobody's to see."""

LEFT_OUT = {"login", "logout", "password_change", "password_change_done", "view_on_site", "autocomplete"}
"""Addresses of Django's admin that would go round the portal's own doors (members.identity.views), or that nothing here asks for: registers have no
field to look up, and Django's look-up answers a question without its names with an error."""


def _mark(entries: list[URLPattern | URLResolver]) -> None:
    for entry in entries:
        if isinstance(entry, URLResolver):
            _mark(entry.url_patterns)
        elif not hasattr(entry.callback, "owner"):
            gates.mark(entry.callback, owner=gates.Owner.STAFF, roles=ADMIN_READERS)
            entry.callback.login_url = reverse_lazy("admin:login")  # type: ignore[attr-defined]


class PortalAdminSite(OTPAdminSite):
    """Registered as the default site, so that every `@admin.register` lands here (frame.apps.PortalAdminConfig)."""

    site_header = _("Portal Simpanan: pentadbiran")
    site_title = _("Pentadbiran")
    index_title = _("Daftar dan kerja")
    index_template = "frame/admin_index.html"
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django's, without the models that have no place here."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) and issubclass(model_or_iterable, Model) else list(model_or_iterable)
        shown = [model for model in models if model not in NOT_HERE]
        if shown:
            super().register(shown, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses without some, each marked as staff's and leading strangers to the officers' door."""
        doors = [path("login/", views.staff_sign_in, name="login"), path("logout/", views.sign_out, name="logout")]
        kept = [entry for entry in super().get_urls() if getattr(entry, "name", None) not in LEFT_OUT]
        _mark(kept)
        return [*doors, *kept]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Behind Django's own door; and what is read is in the trail."""
        return super().admin_view(register_views.kept(view), cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """As the site's. Raises PermissionDenied for a signed-in officer of another role, whom the officers' door would only send back here."""
        may = super().has_permission(request)
        if not may and gates.may_open(request.user, frozenset(Role) - ADMIN_READERS) and request.user.is_officer:  # type: ignore[union-attr]
            raise PermissionDenied
        return may

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The registers, and above them what the last checks of the ledger and of the trail found, and what waits."""
        check = ledger_check.panel(at=clock.now(), may_start=getattr(request.user, "role", "") == Role.ADMINISTRATOR)
        shown = {"queues": queues.waiting(), "ledger_check": check, "trail": trail_check.panel(at=clock.now())}
        return super().index(request, {**(extra_context or {}), **shown})
