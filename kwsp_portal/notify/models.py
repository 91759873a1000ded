"""Notices and who has read them. Both are written once: what somebody was told stays as it was told (migrations/0002_written_once.py)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal.notify.enums import Whose


class Notice(models.Model):
    """One thing told to one inbox. `code` chooses the sentences, `figures` are plain text; words are made when it is read, in the reader's language.

    `cause` names the act that is told of (`correctionline:17`): the same act is told once, whatever runs twice. `link` is a named address
    and its arguments, or empty. `on` is the business date.
    """

    whose = models.CharField(max_length=10, choices={whose.value: whose.value for whose in Whose})
    whose_id = models.BigIntegerField()
    code = models.CharField(_("Kod"), max_length=60)
    cause = models.CharField(_("Sebab"), max_length=60)
    figures = models.JSONField(_("Angka"), default=dict)
    link = models.JSONField(default=list, blank=True)
    on = models.DateField(_("Tarikh"))
    at = models.DateTimeField(_("Masa"), db_default=Now())

    class Meta:
        verbose_name = _("makluman")
        verbose_name_plural = _("makluman")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["whose", "whose_id", "code", "cause"], name="notice_told_once"),
            models.CheckConstraint(condition=Q(whose__in=[whose.value for whose in Whose]), name="notice_whose_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9_]+$"), name="notice_code_form"),
            models.CheckConstraint(condition=Q(cause__regex=r"^[a-z_]+:.+$"), name="notice_cause_kind_id"),
        )
        indexes = (models.Index(fields=["whose", "whose_id", "-id"], name="notice_inbox"),)

    def __str__(self) -> str:
        return f"{self.code} {self.cause}"


class Reading(models.Model):
    """Somebody opened a notice. Of several people who act for an employer each reads for themselves."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="readings", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once"),)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"
