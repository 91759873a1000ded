"""By which edition of the law a filing was reckoned."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import LawPurpose
from kwsp_portal.editions.models import Edition

EVERY_ROW = 2**63 - 1
"""The end of the ids of all rows there can be."""


class LawUsed(models.Model):
    """The edition by which the rows of a filing with ids [from_id, to_id) were reckoned. Written in the transaction that reckons, never changed.

    SHARES: one for all rows, `on` the first day of the wage month. SPLIT: one for each chunk that is credited, `on` the crediting date. So it costs
    one row for five thousand, and every credited line leads to the numbers that made it.
    """

    filing = models.ForeignKey("contributions.Filing", on_delete=models.PROTECT, related_name="laws")
    purpose = models.CharField(max_length=10, choices={purpose.value: purpose.value for purpose in LawPurpose})
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    on = models.DateField(_("Tarikh"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("undang-undang yang dipakai")
        verbose_name_plural = _("undang-undang yang dipakai")
        ordering = ("filing_id", "purpose", "from_id")
        constraints = (
            models.UniqueConstraint(fields=["filing", "purpose", "from_id"], name="law_used_once"),
            models.CheckConstraint(condition=Q(purpose__in=[purpose.value for purpose in LawPurpose]), name="law_used_purpose_known"),
            models.CheckConstraint(condition=Q(from_id__lt=F("to_id")), name="law_used_ids_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} {self.purpose} {self.from_id}"
