"""Who an officer of the fund is as a person, so that nobody works on the own record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.enums import IdentityKind


class OfficerIdentity(models.Model):
    """The identity of an officer as an administrator entered it. The latest row of a user counts; each is written once (migration 0007)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identities")
    identity_kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    identity_number = models.CharField(_("No. pengenalan"), max_length=15)
    reason = models.CharField(max_length=200)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pengenalan pegawai")
        verbose_name_plural = _("pengenalan pegawai")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(identity_kind__in=[kind.value for kind in IdentityKind]), name="officer_identity_kind_known"),
            models.CheckConstraint(condition=Q(identity_number__regex=r"^[A-Z0-9]{5,15}$"), name="officer_identity_form"),
            models.CheckConstraint(condition=~Q(reason=""), name="officer_identity_says_why"),
            models.CheckConstraint(condition=~Q(named_by=F("user")), name="officer_identity_named_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.identity_kind}"
