from django.urls import path

from members.identity import views, views_activation, views_profile, views_recovery, views_security, views_sessions

app_name = "identity"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-in/device/", views.device, name="device"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("security/", views_security.show, name="security"),
    path("security/phone/cancel/", views_security.phone_cancel, name="phone_cancel"),
    path("security/authenticator/", views_security.authenticator, name="authenticator"),
    path("security/password/", views_profile.password, name="password_change"),
    path("security/recognition/", views_profile.recognition, name="recognition_change"),
    path("security/email/", views_profile.email, name="email"),
    path("security/email/code/", views_profile.email_code, name="email_code"),
    path("security/email/remove/", views_profile.email_remove, name="email_remove"),
    path("activate/", views_activation.enter, name="activate"),
    path("activate/done/", views_activation.done, name="activated"),
    path("activate/<str:step>/", views_activation.step, name="activate_step"),
    path("recover/", views_recovery.ask, name="recover"),
    path("recover/code/", views_recovery.code, name="recover_code"),
    path("recover/password/", views_recovery.new_password, name="recover_password"),
    path("recover/done/", views_recovery.done, name="recovered"),
    path("security/sessions/", views_sessions.show, name="sessions"),
    path("security/sessions/end-others/", views_sessions.end_others, name="sessions_end_others"),
    path("security/tokens/<int:number>/revoke/", views_sessions.revoke_token, name="token_revoke"),
    path("session/idle/", views_sessions.idle, name="session_idle"),
    path("session/stay/", views_sessions.stay, name="session_stay"),
    path("session/draft/", views_sessions.keep_draft, name="session_draft"),
    path("session/draft/discard/", views_sessions.discard_draft, name="session_draft_discard"),
    path("security/sessions/<int:number>/end/", views_sessions.end_one, name="session_end"),
]
