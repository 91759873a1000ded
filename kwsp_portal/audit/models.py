"""The trail: append-only by triggers and by rights. The seal over committed rows is kept in a table of its own, so no row here ever changes."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SUBJECT_FORM: Final = "(member|employer):[0-9]{8}|user:[0-9]+"
"""Whom an act touches, as the trail names them."""


class AuditEvent(models.Model):
    """One act or one refusal. Who acted is kept as text and number without a foreign key: the trail outlives what it speaks of.

    `seq` is given at insertion, so events of long transactions may appear behind later ones; a sealer takes them as they are committed.
    `subjects` are all whom the act touches; a trigger keeps them in `audit_subject`, which only finds the rows of one of them.
    """

    seq = models.BigAutoField(_("No."), primary_key=True)
    at = models.DateTimeField(_("Masa"), db_default=Now())
    actor = models.CharField(_("Pelaku"), max_length=60)
    actor_id = models.BigIntegerField(null=True, blank=True)
    action = models.CharField(_("Tindakan"), max_length=80)
    target = models.CharField(_("Perkara"), max_length=120, blank=True, default="")
    refused = models.BooleanField(_("Ditolak"), default=False)
    subjects = ArrayField(models.TextField(), verbose_name=_("Pihak terlibat"), default=list, blank=True, db_default=[])
    data = models.JSONField(_("Butiran"), default=dict, blank=True)
    ip = models.GenericIPAddressField(_("Alamat IP"), null=True, blank=True)

    class Meta:
        verbose_name = _("peristiwa audit")
        verbose_name_plural = _("jejak audit")
        ordering = ("-seq",)
        constraints = (
            models.CheckConstraint(condition=Q(action__regex=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"), name="audit_action_dotted"),
            models.CheckConstraint(condition=Q(target="") | Q(target__regex=r"^[a-z_]+:.+$"), name="audit_target_kind_id"),
        )
        indexes = (
            models.Index(fields=["target", "seq"], name="audit_target"),
            models.Index(fields=["action", "seq"], name="audit_action"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.target}"
