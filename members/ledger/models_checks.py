"""The tables of what the checks found and froze. Django finds them through members.ledger.models; rows are added only."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal.templatetags import formats
from members.ledger import labels
from members.ledger.enums import FreezeState


class Freeze(models.Model):
    """One state of a freeze. A FROZEN row says that a check found the account broken; a later LIFTED row that names it in `frozen` ends it.

    A frozen account pays nothing out: no hold is placed on it and none captured. Money goes on coming in.
    """

    account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="freezes")
    state = models.CharField(_("Status"), max_length=6, choices={state.value: state.value for state in FreezeState})
    frozen = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="end")
    check_name = models.CharField(_("Semakan"), max_length=80)
    reason = models.TextField(_("Sebab"))
    by = models.CharField(_("Oleh"), max_length=60)
    at = models.DateTimeField(_("Pada"), db_default=Now())

    class Meta:
        verbose_name = _("pembekuan akaun")
        verbose_name_plural = _("pembekuan akaun")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=FreezeState.FROZEN, frozen__isnull=True) | Q(state=FreezeState.LIFTED, frozen__isnull=False),
                name="ledger_freeze_states",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(by="") & ~Q(check_name=""), name="ledger_freeze_says_why"),
        )

    def __str__(self) -> str:
        return f"{labels.FREEZE_STATE[self.state]} {self.account_id}"


class CheckRun(models.Model):
    """One run of every check of the ledger (members.ledger.invariants), with its first findings. `broken` counts the checks that found something."""

    on = models.DateField(_("Tarikh perniagaan"))
    began_at = models.DateTimeField(_("Bermula pada"))
    seconds = models.FloatField(_("Saat"))
    broken = models.PositiveIntegerField(_("Semakan yang gagal"))
    results = models.JSONField(_("Keputusan"))

    class Meta:
        verbose_name = _("semakan lejar")
        verbose_name_plural = _("semakan lejar")

    def __str__(self) -> str:
        return formats.moment(self.began_at)
