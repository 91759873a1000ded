"""The provider's books: messages taken, what arrived on which phone, reports still to be made, and how it behaves."""

import secrets
from enum import StrEnum

from django.db import models

from kwsp_portal.demophone import enums


def new_token() -> str:
    """The unguessable part of a form's address. It stands in for a CSRF token: only a page of the provider shows it."""
    return secrets.token_urlsafe(24)


def new_reference() -> str:
    return secrets.token_hex(12)


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class Message(models.Model):
    """One that was taken. `key` is the portal's: the same key again is the same message, whatever happened to the first answer."""

    reference = models.CharField(max_length=24, unique=True, default=new_reference)
    key = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=5, choices=_choices(enums.Channel))
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    taken_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    deliver_at = models.DateTimeField()
    copies = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, choices=_choices(enums.State), default=enums.State.WAITING)
    reporting = models.CharField(max_length=10, choices=_choices(enums.Reporting), default=enums.Reporting.NORMAL)
    report_delay = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(name="message_to_deliver", fields=["deliver_at"], condition=models.Q(state="WAITING")),)

    def __str__(self) -> str:
        return self.reference


class Arrival(models.Model):
    """What a phone or a mailbox shows."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="arrivals")
    channel = models.CharField(max_length=5, choices=_choices(enums.Channel))
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(name="arrival_of", fields=["channel", "to", "-id"]),)

    def __str__(self) -> str:
        return f"{self.to} {self.at}"


class Report(models.Model):
    """A delivery report on its way: made again until the portal acknowledges it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    forged = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_answer = models.CharField(max_length=100, blank=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(name="report_to_make", fields=["due_at"], condition=models.Q(acknowledged_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"


class Behaviour(models.Model):
    """One row: how the provider behaves from now on, towards `to` only or towards everybody. `left` counts messages down; 0 is for ever."""

    token = models.CharField(max_length=40, default=new_token)
    answer = models.CharField(max_length=14, choices=_choices(enums.Answer), default=enums.Answer.NORMAL)
    carriage = models.CharField(max_length=6, choices=_choices(enums.Carriage), default=enums.Carriage.NORMAL)
    reporting = models.CharField(max_length=10, choices=_choices(enums.Reporting), default=enums.Reporting.NORMAL)
    delay_seconds = models.PositiveIntegerField(default=0)
    to = models.CharField(max_length=254, blank=True)
    left = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.answer
