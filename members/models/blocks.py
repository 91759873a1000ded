"""That somebody's access was blocked, by whom and why, and who opened it again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AccessBlock(models.Model):
    """While a row is open its user signs in nowhere (`User.is_active`). Whoever blocked does not open it again: another officer looks."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_blocks")
    reason = models.CharField(max_length=200)
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    blocked_at = models.DateTimeField()
    lift_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sekatan akses")
        verbose_name_plural = _("sekatan akses")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user"], condition=Q(lifted_at__isnull=True), name="access_block_one_open"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(blocked_by=F("user")), name="access_block_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="") & ~Q(lifted_by=F("blocked_by")) & ~Q(lifted_by=F("user"))
                ),
                name="access_block_lifted_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.blocked_at:%Y-%m-%d}"
