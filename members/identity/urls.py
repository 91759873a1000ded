from django.urls import path

from members.identity import views

app_name = "identity"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
