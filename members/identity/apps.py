from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "members.identity"
    label = "identity"
    verbose_name = "Identiti"
