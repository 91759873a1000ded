"""Every address of the portal. Pages exist in both languages; programs and health checks have one address each."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from contributions import urls as contributions
from contributions.api import urls as contributions_api
from employers import urls as employers
from kwsp_portal.frame import (
    activity,
    api_auth,
    api_docs,
    channels,
    health,
    homes,
    inbox,
    inbox_channels,
    isaraan,
    khas,
    kiosk,
    schema,
    sms_reports,
    views,
)
from kwsp_portal.frame.language import in_both_languages
from kwsp_portal.frame.law import views as law
from kwsp_portal.frame.records import views as records
from members import urls as members
from withdrawals import urls as withdrawals
from withdrawals.api import urls as withdrawals_api

handler400 = "kwsp_portal.frame.errors.bad_request"
handler403 = "kwsp_portal.frame.errors.permission_denied"
handler404 = "kwsp_portal.frame.errors.page_not_found"
handler500 = "kwsp_portal.frame.errors.server_error"

MEMBER = [
    path("", homes.member_home, name="home"),
    path("accounts/<str:code>/", homes.member_account, name="account"),
    path("contributions/<int:row_id>/", homes.member_contribution, name="contribution"),
    *contributions.member_patterns,
    *withdrawals.member_patterns,
    *members.member_patterns,
    path("activity/", activity.member_activity, name="activity"),
    path("activity/export/", activity.member_activity_export, name="activity_export"),
    path("inbox/", inbox.member_inbox, name="inbox"),
    path("inbox/read/", inbox.member_inbox_read, name="inbox_read"),
    path("inbox/channels/", inbox_channels.member_channels, name="inbox_channels"),
    path("inbox/<int:pk>/", inbox.member_notice, name="notice"),
]
SECURITY = [
    path("activity/", activity.own_activity, name="activity"),
    path("activity/export/", activity.own_activity_export, name="activity_export"),
]
EMPLOYER = [
    path("", homes.employer_home, name="home"),
    path("activity/", activity.employer_activity, name="activity"),
    path("activity/export/", activity.employer_activity_export, name="activity_export"),
    path("inbox/", inbox.employer_inbox, name="inbox"),
    path("inbox/read/", inbox.employer_inbox_read, name="inbox_read"),
    path("inbox/channels/", inbox_channels.employer_channels, name="inbox_channels"),
    path("inbox/<int:pk>/", inbox.employer_notice, name="notice"),
    *contributions.employer_patterns,
    *employers.employer_patterns,
]
STAFF = [
    path("", views.staff_home, name="home"),
    path("activity/", activity.staff_activity, name="activity"),
    path("activity/of/", activity.staff_activity_of, name="activity_of"),
    path("records/", records.ask, name="records"),
    path("records/members/<str:number>/", records.member, name="member_record"),
    path("records/members/<str:number>/reveal/", records.reveal, name="member_reveal"),
    path("records/employers/<str:number>/", records.employer, name="employer_record"),
    *members.staff_patterns,
    *contributions.staff_patterns,
    *withdrawals.staff_patterns,
]
KIOSK = [
    path("", kiosk.start, name="start"),
    path("device/", kiosk.device, name="device"),
    path("menu/", kiosk.menu, name="menu"),
    path("i-akaun/", kiosk.i_akaun, name="i_akaun"),
    path("done/", kiosk.done, name="done"),
    path("savings/", kiosk.statement, name="savings"),
    path("end/", kiosk.end, name="end"),
]
HELP = [
    *contributions.help_patterns,
    *members.help_patterns,
    *withdrawals.help_patterns,
    path("i-saraan/", isaraan.isaraan, name="isaraan"),
]
LAW = [
    path("", law.index, name="index"),
    path("assumptions/", law.assumptions, name="assumptions"),
    path("<slug:name>/", law.law, name="law"),
]
COUNTER = [
    *members.counter_patterns,
    *employers.counter_patterns,
    *contributions.counter_patterns,
    *withdrawals.counter_patterns,
]
API: list[URLPattern | URLResolver] = [
    path("v1/auth/tac/", api_auth.AskCode.as_view(), name="auth-tac"),
    path("v1/auth/token/", api_auth.GiveToken.as_view(), name="auth-token"),
    path("v1/", include([*contributions_api.urlpatterns, *withdrawals_api.urlpatterns])),
    path("schema/", schema.show, name="schema"),
]


def patterns(*, demo: bool) -> list[URLPattern | URLResolver]:
    """The addresses of an installation; the demo's doors are not even mounted elsewhere."""
    pages: list[URLPattern | URLResolver] = [
        path("", views.front, name="front"),
        path("home/", views.home, name="home"),
        path("", include("members.identity.urls")),
        path("security/", include((SECURITY, "security"))),
        path("member/", include((MEMBER, "member"))),
        path("employer/", include((EMPLOYER, "employer"))),
        path("staff/", include((STAFF, "staff"))),
        path("counter/", include((COUNTER, "counter"))),
        path("i-saraan/", include((contributions.isaraan_patterns, "isaraan"))),
        path("kiosk/", include((KIOSK, "kiosk"))),
        path("admin/", admin.site.urls),
        path("calculators/", include(([*contributions.calculator_patterns, *withdrawals.calculator_patterns], "calculator"))),
        path("help/", include((HELP, "help"))),
        path("law/", include((LAW, "law"))),
        path("khas/", khas.page, name="khas"),
        path("payment-channels/", channels.payment_channels, name="payment_channels"),
        path("api/docs/", api_docs.show, name="api_docs"),
    ]
    if demo:
        pages.append(path("demo/", include("kwsp_portal.frame.demo.urls")))
    return [
        path("healthz", health.healthz, name="healthz"),
        path("readyz", health.readyz, name="readyz"),
        path("sms/reports/", sms_reports.receive, name="sms_reports"),
        path("fpx/", include((contributions.fpx_patterns, "fpx"))),
        path("maybank2u/", include((contributions.maybank2u_patterns, "maybank2u"))),
        path("api/", include((API, "api"))),
        in_both_languages(*pages),
    ]


urlpatterns = patterns(demo=settings.DEMO)
