from django.urls import path
from django.views.decorators.http import require_safe

from kwsp_portal.frame import styleguide
from kwsp_portal.frame.demo import bank, phone, views
from members.identity import gates

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("design/", gates.public(require_safe(styleguide.show)), name="design"),
    path("clock/", views.clock_page, name="clock"),
    path("phone/", phone.show, name="phone"),
    path("bank/", bank.pass_on, {"path": ""}, name="bank"),
    path("bank/<path:path>", bank.pass_on, name="bank"),
]
