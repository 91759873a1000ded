from django.urls import path

from members.identity import views, views_security, views_sessions

app_name = "identity"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("security/", views_security.show, name="security"),
    path("security/phone/cancel/", views_security.phone_cancel, name="phone_cancel"),
    path("security/authenticator/", views_security.authenticator, name="authenticator"),
    path("security/sessions/", views_sessions.show, name="sessions"),
    path("security/sessions/end-others/", views_sessions.end_others, name="sessions_end_others"),
    path("security/tokens/<int:number>/revoke/", views_sessions.revoke_token, name="token_revoke"),
    path("session/idle/", views_sessions.idle, name="session_idle"),
    path("session/stay/", views_sessions.stay, name="session_stay"),
    path("session/draft/", views_sessions.keep_draft, name="session_draft"),
    path("session/draft/discard/", views_sessions.discard_draft, name="session_draft_discard"),
    path("security/sessions/<int:number>/end/", views_sessions.end_one, name="session_end"),
]
