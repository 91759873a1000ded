"""The address that a person's e-mail goes to: asked for under a code, proved by what was sent to it, and wiped when it is no longer the person's.

What may change in these rows PostgreSQL says (migrations/0014_email_guards.py).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.encryption import EncryptedTextField
from members.identity.enums import EmailEnd


class EmailAddress(models.Model):
    """One address of one person. Without `verified_at` it waits to be proved and nothing but its own code is sent there.

    The code is in the message alone: `mac` is its HMAC under a key derived for this row. It outlives the proof, so that a second click is known.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="email_addresses", db_index=False)
    address = EncryptedTextField(purpose="identity.email", null=True)
    salt = models.CharField(max_length=32)
    mac = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sendings = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, blank=True, default="", choices={why.value: why.value for why in EmailEnd})

    class Meta:
        verbose_name = _("alamat e-mel")
        verbose_name_plural = _("alamat e-mel")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None, verified_at=None), name="email_one_waiting"),
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None, verified_at__isnull=False), name="email_one_current"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="") | Q(ended_at__isnull=False, ended_why__in=[why.value for why in EmailEnd]),
                name="email_end_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, address__isnull=False) | Q(ended_at__isnull=False, address__isnull=True), name="email_wiped_at_end"
            ),
            models.CheckConstraint(condition=Q(verified_at=None) | Q(verified_at__lt=F("expires_at")), name="email_proved_in_time"),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="email_user"),
            models.Index(fields=["expires_at"], condition=Q(ended_at=None, verified_at=None), name="email_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"
