"""Whom an officer of withdrawals has declared as a relative: their cases are another officer's."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.templatetags import formats
from members.enums import IdentityKind
from withdrawals.enums import Relation


class OfficerRelative(models.Model):
    """One relative, by the number of the identity card, so that it holds for who becomes a member later, too. Written once by the officer; it ends
    when the officer says so, with the reason, and stays to be read."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="relatives")
    identity_kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    identity_number = models.CharField(_("No. pengenalan"), max_length=15)
    relation = models.CharField(_("Hubungan"), max_length=8, choices={one.value: one.value for one in Relation})
    declared_on = models.DateField(_("Diisytiharkan pada"))
    ended_on = models.DateField(_("Ditamatkan pada"), null=True, blank=True)
    why_ended = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("saudara pegawai")
        verbose_name_plural = _("saudara pegawai")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(identity_kind__in=[kind.value for kind in IdentityKind], relation__in=[one.value for one in Relation]),
                name="officer_relative_known",
            ),
            models.CheckConstraint(condition=Q(identity_number__regex=r"^[A-Z0-9]{5,15}$"), name="officer_relative_form"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, why_ended="") | (Q(ended_on__gte=F("declared_on")) & ~Q(why_ended="")),
                name="officer_relative_end_says_why",
            ),
            models.UniqueConstraint(
                fields=["officer", "identity_kind", "identity_number"], condition=Q(ended_on__isnull=True), name="officer_relative_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.officer_id} {self.relation}"

    @property
    def masked(self) -> str:
        """The number as pages show it."""
        return formats.masked_ic(self.identity_number)
