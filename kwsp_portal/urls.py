"""Every address of the portal. Pages exist in both languages; programs and health checks have one address each."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kwsp_portal.frame import health, views
from kwsp_portal.frame.language import in_both_languages

handler400 = "kwsp_portal.frame.errors.bad_request"
handler403 = "kwsp_portal.frame.errors.permission_denied"
handler404 = "kwsp_portal.frame.errors.page_not_found"
handler500 = "kwsp_portal.frame.errors.server_error"


def patterns(*, demo: bool) -> list[URLPattern | URLResolver]:
    """The addresses of an installation; the demo's doors are not even mounted elsewhere."""
    pages: list[URLPattern | URLResolver] = [
        path("", views.front, name="front"),
        path("home/", views.home, name="home"),
        path("", include("members.identity.urls")),
        path("staff/", include(([path("", views.staff_home, name="home")], "staff"))),
        path("admin/", admin.site.urls),
    ]
    if demo:
        pages.append(path("demo/", include("kwsp_portal.frame.demo.urls")))
    return [
        path("healthz", health.healthz, name="healthz"),
        path("readyz", health.readyz, name="readyz"),
        in_both_languages(*pages),
    ]


urlpatterns = patterns(demo=settings.DEMO)
