"""Public holidays that an administrator has entered: days on which the charter's clock stands still."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PublicHoliday(models.Model):
    """A Federal public holiday, with where it is said. Entered once; taken back once, with the reason, and then it stays to be read.

    What was promised by it stays as promised: a day entered later moves no date that a member was told (migration 0043)."""

    day = models.DateField(_("Hari"))
    name = models.CharField(_("Cuti"), max_length=100)
    source = models.CharField(_("Sumber"), max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_on = models.DateField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_on = models.DateField(null=True, blank=True)
    why_ended = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("cuti umum")
        verbose_name_plural = _("cuti umum")
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(fields=["day"], condition=Q(ended_on__isnull=True), name="public_holiday_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="public_holiday_says_whence"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, why_ended="")
                | (Q(ended_on__gte=F("entered_on"), ended_by__isnull=False) & ~Q(why_ended="")),
                name="public_holiday_end_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
