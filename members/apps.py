from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from members.ledger import holders
from members.ledger.enums import HolderKind


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Ahli")

    def ready(self) -> None:
        holders.keep(HolderKind.MEMBER, self.get_model("Member"))
        holders.keep(HolderKind.PAYER, self.get_model("Member"))
