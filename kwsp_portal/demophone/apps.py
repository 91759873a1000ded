from django.apps import AppConfig


class DemoPhoneConfig(AppConfig):
    name = "kwsp_portal.demophone"
    default_auto_field = "django.db.models.BigAutoField"
