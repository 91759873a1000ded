from django.urls import path

from kwsp_portal.demophone import api, pages
from kwsp_portal.demophone.enums import Channel

# Programs call the provider at its root; people see the phones under the portal's /demo/phone/.
urlpatterns = [
    path("v1/messages", api.messages, name="messages"),
    path("v1/messages/<str:key>", api.message, name="message"),
    path("demo/phone/", pages.show, {"channel": Channel.SMS}, name="sms"),
    path("demo/phone/mail/", pages.show, {"channel": Channel.EMAIL}, name="mail"),
    path("demo/phone/behaviour/", pages.behaviour, name="behaviour"),
    path("demo/phone/behaviour/<str:token>/", pages.behave, name="behave"),
    path("demo/phone/healthz", pages.health, name="health"),
]
handler400 = "kwsp_portal.demophone.pages.bad_request"
handler404 = "kwsp_portal.demophone.pages.not_found"
handler500 = "kwsp_portal.demophone.pages.server_error"
