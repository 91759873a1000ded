from django.apps import AppConfig


class DemoBankConfig(AppConfig):
    name = "kwsp_portal.demobank"
    default_auto_field = "django.db.models.BigAutoField"
