"""Editions, written once (migrations/0002_written_once.py)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """The numbers of one or more laws as they answered on a day, with their dates, sources and reasons.

    `reference` names the laws (`third_schedule@2025-10 ages@2017-01-01`), `digest` is that of the content: a rate file that is mended later
    makes another edition of the same reference, and what was reckoned before still leads to this one.
    """

    reference = models.CharField(_("Rujukan"), max_length=160)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField(_("Kandungan"))
    kept_at = models.DateTimeField(_("Disimpan pada"), db_default=Now())

    class Meta:
        verbose_name = _("edisi undang-undang")
        verbose_name_plural = _("edisi undang-undang")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="edition_digest_form"),)

    def __str__(self) -> str:
        return self.reference
