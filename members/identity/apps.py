import importlib

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "members.identity"
    label = "identity"
    verbose_name = "Identiti"

    def ready(self) -> None:
        """The sweeper learns of our errands."""
        importlib.import_module("members.identity.work")
