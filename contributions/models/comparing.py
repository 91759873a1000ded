"""What an employer calls a great change of somebody's wages from one month to the next."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from employers.models import Employer


class ComparedBy(models.Model):
    """By how many percent wages must differ from last month's to be named before a Borang A goes on; the last choice, which the trail has with those
    before it."""

    employer = models.OneToOneField(Employer, on_delete=models.PROTECT, related_name="compared_by")
    percent = models.PositiveSmallIntegerField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    chosen_on = models.DateField()

    class Meta:
        verbose_name = _("perbandingan dengan bulan lalu")
        verbose_name_plural = _("perbandingan dengan bulan lalu")
        constraints = (models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="compared_by_percent_in_range"),)

    def __str__(self) -> str:
        return f"{self.employer_id}: {self.percent}"
