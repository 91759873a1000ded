from django.urls import path
from django.views.decorators.http import require_safe

from kwsp_portal.frame import styleguide
from kwsp_portal.frame.demo import incentive, passing, views
from members.identity import gates

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("design/", gates.public(require_safe(styleguide.show)), name="design"),
    path("thumb/", views.thumb_page, name="thumb"),
    path("clock/", views.clock_page, name="clock"),
    path("e-kasih/", views.ekasih_file, name="ekasih"),
    path("incentive-answer/", incentive.answer_file, name="incentive_answer"),
    path("bank/", passing.pass_on, {"program": "bank", "path": ""}, name="bank"),
    path("bank/<path:path>", passing.pass_on, {"program": "bank"}, name="bank"),
    path("jpn/", passing.pass_on, {"program": "jpn", "path": ""}, name="jpn"),
    path("jpn/<path:path>", passing.pass_on, {"program": "jpn"}, name="jpn"),
    path("phone/", passing.pass_on, {"program": "phone", "path": ""}, name="phone"),
    path("phone/<path:path>", passing.pass_on, {"program": "phone"}, name="phone"),
]
