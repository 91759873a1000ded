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


class Seal(models.Model):
    """The chain over the trail, a row for each event in the order in which the sealer found them committed.

    `hash` is SHA-256 over the hash before it (32 zero bytes at the beginning) and the event's canonical bytes (`chain.py`). Written once.
    """

    position = models.BigIntegerField(_("Kedudukan"), primary_key=True)
    seq = models.BigIntegerField(_("No."), unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("meterai")
        verbose_name_plural = _("meterai")
        constraints = (models.CheckConstraint(condition=Q(position__gt=0), name="audit_seal_position"),)

    def __str__(self) -> str:
        return f"{self.position} {self.seq}"


class Watch(models.Model):
    """How far the sealer has come: one row, working memory and no evidence. What verify_audit relies on stands in the anchors as well.

    Every event up to `decided` is sealed or will never be. `asked` is the next candidate, decided once none of `writers` (transactions that
    were writing to the trail when it was asked) is left.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    decided = models.BigIntegerField(default=0)
    asked = models.BigIntegerField(null=True)
    writers = ArrayField(models.TextField(), default=list)
    looked_at = models.DateTimeField(null=True)
    anchored_at = models.DateTimeField(null=True)
    anchored = models.BigIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="audit_watch_one"),)

    def __str__(self) -> str:
        return f"{self.decided} {self.anchored}"


class Verification(models.Model):
    """What a verification of the trail found; the first findings in words."""

    began_at = models.DateTimeField(_("Bermula pada"))
    seconds = models.FloatField(_("Tempoh (saat)"))
    rows = models.BigIntegerField(_("Baris"))
    found = models.IntegerField(_("Penemuan"))
    findings = models.JSONField(_("Butiran"), default=list)

    class Meta:
        verbose_name = _("pengesahan jejak audit")
        verbose_name_plural = _("pengesahan jejak audit")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.began_at} {self.found}"
