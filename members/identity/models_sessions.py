"""Who is signed in where: the store behind the session cookie, the register of sessions, and the browsers that a person is known by.

The store is emptied as sessions end; the register keeps who was signed in from which browser, since when, and why it ended. Of a session's key
and of a browser's cookie only the hash is kept there.
"""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.encryption import EncryptedTextField
from members.identity.enums import SessionEnd


class KnownDevice(models.Model):
    """A browser from which this person gave the right password. `confirmed_at`: since when it is trusted with a second proof, too."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="known_devices", db_index=False)
    key_hash = models.CharField(max_length=64)
    browser = models.CharField(_("Pelayar"), max_length=30, blank=True, default="")
    system = models.CharField(_("Sistem"), max_length=30, blank=True, default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("peranti dikenali")
        verbose_name_plural = _("peranti dikenali")
        constraints = (
            models.UniqueConstraint(fields=["user", "key_hash"], name="known_device_once"),
            models.CheckConstraint(condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="known_device_hashed"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.key_hash[:8]}"


class UserSession(models.Model):
    """One signed-in session, from the sign-in to its end. `stepped_up_at`: when a code was last given in it; `before_hash`: the key before the
    present one, changed `rekeyed_at` (`sessions.followed`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="user_sessions", db_index=False)
    key_hash = models.CharField(max_length=64)
    device = models.ForeignKey(KnownDevice, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    browser = models.CharField(_("Pelayar"), max_length=30, blank=True, default="")
    system = models.CharField(_("Sistem"), max_length=30, blank=True, default="")
    address = models.GenericIPAddressField(_("Alamat IP"), null=True, blank=True)
    started_at = models.DateTimeField(_("Log masuk"))
    seen_at = models.DateTimeField(_("Kali terakhir dilihat"))
    stepped_up_at = models.DateTimeField(null=True, blank=True)
    before_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    rekeyed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("Tamat"), null=True, blank=True)
    why = models.CharField(max_length=12, blank=True, default="", choices={why.value: why.value for why in SessionEnd})

    class Meta:
        verbose_name = _("sesi")
        verbose_name_plural = _("sesi")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$")
                & (Q(before_hash="", rekeyed_at__isnull=True) | Q(before_hash__regex=r"^[0-9a-f]{64}$", rekeyed_at__isnull=False)),
                name="session_hashed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, why="") | Q(ended_at__isnull=False, why__in=[why.value for why in SessionEnd]),
                name="session_end_says_why",
            ),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="session_user"),
            models.Index(fields=["key_hash"], name="session_key"),
            models.Index(fields=["before_hash"], condition=~Q(before_hash=""), name="session_key_before"),
            models.Index(fields=["seen_at"], condition=Q(ended_at__isnull=True), name="session_open"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.key_hash[:8]}"


class Draft(models.Model):
    """What somebody had typed on a page when the session ended: field names and values as JSON, encrypted. `page` is without its language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    page = models.CharField(max_length=200)
    content = EncryptedTextField(purpose="identity.drafts")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "page"], name="draft_one_a_page"),)
        indexes = (models.Index(fields=["kept_at"], name="draft_kept"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class StoredSession(AbstractBaseSession):
    """What a session cookie opens. `user_id` and `register_id` are taken out of the data so that a person's sessions can be found and ended."""

    user_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    register_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id or ''}"
