"""Notices and who has read them, and messages that leave the house. What was told is written once (migrations/0002_written_once.py);
of a message only its way is written on, and its secrets are wiped (migrations/0004_messages_move_on.py)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal import phones
from kwsp_portal.encryption import EncryptedTextField
from kwsp_portal.notify.enums import Channel, State, Whose


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
        # A member has few notices: notice_told_once finds them.
        indexes = (models.Index(fields=["whose", "whose_id", "-id"], condition=Q(whose=Whose.EMPLOYER), name="notice_inbox"),)

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


class Copy(models.Model):
    """Whose inbox it is wants to hear by this channel that a notice came. Addresses are not kept here: they are asked when one is needed.

    `reader` is the user of those that act for an employer who wants it; 0 for a member, who reads the own.
    """

    whose = models.CharField(max_length=10, choices={whose.value: whose.value for whose in Whose})
    whose_id = models.BigIntegerField()
    channel = models.CharField(max_length=5, choices={one.value: one.value for one in Channel})
    language = models.CharField(max_length=2)
    since = models.DateTimeField()
    reader = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["whose", "whose_id", "reader", "channel"], name="copy_once"),
            models.CheckConstraint(
                condition=(~Q(whose=Whose.MEMBER) | Q(reader=0)) & (~Q(whose=Whose.EMPLOYER) | Q(reader__gt=0)), name="copy_reader_of_an_employer"
            ),
            models.CheckConstraint(condition=Q(whose__in=[whose.value for whose in Whose]), name="copy_whose_known"),
            models.CheckConstraint(condition=Q(channel__in=[one.value for one in Channel]), name="copy_channel_known"),
        )

    def __str__(self) -> str:
        return f"{self.whose} {self.whose_id} {self.channel}"


class Message(models.Model):
    """An SMS or e-mail: what is to be said to whom, written in the transaction of its act, and how far it has come since.

    Words are made when it is sent, from `code`, `figures` and `secrets` in `language`. `cause` names the act, as a notice's does. `key` is what
    the provider knows it by: a second call with it sends nothing. `due_at` is when a worker may take it next, and taking it moves it on, so that
    it is also the lease; `tries` counts the takings and is the fence.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.CharField(_("Saluran"), max_length=5, choices={one.value: one.value for one in Channel})
    to = models.CharField(_("Kepada"), max_length=254)
    code = models.CharField(_("Kod"), max_length=60)
    cause = models.CharField(_("Sebab"), max_length=60)
    language = models.CharField(_("Bahasa"), max_length=2)
    figures = models.JSONField(_("Angka"), default=dict)
    secrets = EncryptedTextField(purpose="notify.secrets", null=True)
    urgency = models.PositiveSmallIntegerField(default=5)
    at = models.DateTimeField(_("Masa"))
    expires_at = models.DateTimeField(_("Luput pada"), null=True, blank=True)
    state = models.CharField(_("Status"), max_length=9, choices={one.value: one.value for one in State}, default=State.QUEUED)
    tries = models.PositiveIntegerField(_("Cubaan"), default=0)
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(_("Dihantar pada"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Selesai pada"), null=True, blank=True)
    reference = models.CharField(_("Rujukan penyedia"), max_length=80, blank=True, default="")
    reason = models.CharField(_("Sebab gagal"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("mesej")
        verbose_name_plural = _("mesej")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["cause", "code", "channel", "to"], name="message_said_once"),
            models.CheckConstraint(condition=Q(channel__in=[one.value for one in Channel]), name="message_channel_known"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="message_state_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9_]+$"), name="message_code_form"),
            models.CheckConstraint(condition=Q(cause__regex=r"^[a-z_]+:.+$"), name="message_cause_kind_id"),
            models.CheckConstraint(
                condition=Q(channel=Channel.SMS, to__regex=r"^\+[1-9][0-9]{6,14}$") | Q(channel=Channel.EMAIL, to__contains="@"),
                name="message_to_form",
            ),
            models.CheckConstraint(condition=Q(state=State.QUEUED) | Q(secrets__isnull=True), name="message_secrets_wiped"),
            models.CheckConstraint(condition=Q(expires_at=None) | Q(expires_at__gt=models.F("at")), name="message_expires_later"),
        )
        indexes = (
            models.Index(fields=["channel", "urgency", "due_at"], condition=Q(state=State.QUEUED), name="message_due"),
            models.Index(fields=["expires_at"], condition=Q(state=State.QUEUED, expires_at__isnull=False), name="message_expiring"),
            models.Index(fields=["to", "sent_at"], name="message_to_sent"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.code} {self.cause}"

    @property
    def to_masked(self) -> str:
        return masked_address(self.to)


def masked_address(to: str) -> str:
    """A number or an e-mail address as anybody but its owner may see it."""
    name, at, host = to.partition("@")
    return f"{name[:1]}•••@{host}" if at else phones.masked(to)
