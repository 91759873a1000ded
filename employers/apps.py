from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from members.ledger import holders
from members.ledger.enums import HolderKind


class EmployersConfig(AppConfig):
    name = "employers"
    verbose_name = _("Majikan")

    def ready(self) -> None:
        holders.keep(HolderKind.EMPLOYER, self.get_model("Employer"))
