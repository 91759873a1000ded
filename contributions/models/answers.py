"""What the API answered to acts that money hangs on, by the key that the caller gave: kept for ever (reliability.md, I6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employers.models import Employer
from kwsp_portal.templatetags import formats


class ApiAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key, written in the transaction of the act: where the act is, its answer is, too.

    `digest` is that of what was asked, the address included. Written once (migration 0025).
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    token = models.ForeignKey("identity.ApiToken", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    method = models.CharField(max_length=6)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    at = models.DateTimeField(_("Masa"))

    class Meta:
        verbose_name = _("jawapan API")
        verbose_name_plural = _("jawapan API")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["employer", "user", "key"], name="api_answer_key_once"),
            models.CheckConstraint(condition=Q(key__regex=r"^[!-~]{1,200}$"), name="api_answer_key_form"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_answer_digest_form"),
            models.CheckConstraint(condition=Q(status__gte=200, status__lt=500), name="api_answer_is_an_outcome"),
        )

    def __str__(self) -> str:
        return f"{self.key} {formats.moment(self.at)}"
