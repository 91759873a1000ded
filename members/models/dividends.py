"""The rates of a year as they were declared, what they would credit, and every dividend that was credited (migrations/0010_dividends.py)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from members.enums import DeclarationState, DividendKind, Scheme
from members.models.register import Member

HIGHEST = Decimal("0.2")
"""No rate was ever near it: above it somebody typed the percent as a rate."""
OPEN = (DeclarationState.PROPOSED, DeclarationState.APPROVED)


class DividendDeclaration(models.Model):
    """The two rates of a year, put forward by one administrator and decided by another. `source` is what is shown as the reason to believe them."""

    year = models.PositiveSmallIntegerField(_("Tahun"))
    conventional = models.DecimalField(_("Simpanan Konvensional"), max_digits=6, decimal_places=5)
    shariah = models.DecimalField(_("Simpanan Shariah"), max_digits=6, decimal_places=5)
    source = models.CharField(_("Sumber"), max_length=200)
    state = models.CharField(_("Status"), max_length=10, choices={state.value: state.value for state in DeclarationState})
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    proposed_at = models.DateTimeField(_("Masa"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(_("Sebab keputusan"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pengisytiharan dividen")
        verbose_name_plural = _("pengisytiharan dividen")
        ordering = ("-year", "-id")
        constraints = (
            models.UniqueConstraint(fields=["year"], condition=Q(state__in=OPEN), name="dividend_declared_once"),
            models.CheckConstraint(
                condition=Q(conventional__gte=Decimal("0.025"), conventional__lte=HIGHEST, shariah__gte=0, shariah__lte=HIGHEST),
                name="dividend_rates_possible",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & Q(state__in=[state.value for state in DeclarationState]), name="dividend_declaration_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DeclarationState.PROPOSED, decided_by__isnull=True, decided_on__isnull=True, decided_at__isnull=True, comment="")
                | Q(state=DeclarationState.APPROVED, decided_by__isnull=False, decided_on__isnull=False, decided_at__isnull=False)
                | (
                    Q(state__in=[DeclarationState.REFUSED, DeclarationState.WITHDRAWN], decided_by__isnull=False)
                    & Q(decided_on__isnull=False, decided_at__isnull=False)
                    & ~Q(comment="")
                ),
                name="dividend_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")) | Q(state=DeclarationState.WITHDRAWN),
                name="dividend_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeclarationState.WITHDRAWN) | Q(decided_by=F("proposed_by")), name="dividend_withdrawn_by_its_own"
            ),
        )

    def __str__(self) -> str:
        return str(self.year)


class DividendPreview(models.Model):
    """What a declaration would credit to the members of one range, by scheme and account: reckoned as the run reckons, to the sen."""

    declaration = models.ForeignKey(DividendDeclaration, on_delete=models.PROTECT, related_name="previews")
    first_member = models.BigIntegerField()
    scheme = models.CharField(max_length=12, choices={scheme.value: scheme.value for scheme in Scheme})
    code = models.CharField(max_length=24)
    accounts = models.IntegerField()
    amount_sen = models.BigIntegerField()

    class Meta:
        verbose_name = _("anggaran dividen")
        verbose_name_plural = _("anggaran dividen")
        constraints = (
            models.UniqueConstraint(fields=["declaration", "first_member", "scheme", "code"], name="dividend_preview_once"),
            models.CheckConstraint(condition=Q(accounts__gt=0, scheme__in=[scheme.value for scheme in Scheme]), name="dividend_preview_counts"),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class ShariahChoice(models.Model):
    """A member's choice of Simpanan Shariah, once and for good: from 1 January of the year after."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="shariah_choice")
    chosen_on = models.DateField(_("Dipilih pada"))
    chosen_at = models.DateTimeField(_("Masa"))
    from_date = models.DateField(_("Mulai"))

    class Meta:
        verbose_name = _("pilihan Simpanan Shariah")
        verbose_name_plural = _("pilihan Simpanan Shariah")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_date__month=1, from_date__day=1, from_date__year=ExtractYear("chosen_on") + 1, from_date__gte=date(2017, 1, 1)),
                name="shariah_from_next_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.from_date}"


class Dividend(models.Model):
    """A dividend credited to a member: the cause of one entry of the ledger (kind DIVIDEND, ref: this row).

    `earned` holds how it came, an item for each account and year (members.selectors.dividends.Line). ANNUAL: one a member and year.
    SETTLED: `year` is the last that it compounds over.
    """

    kind = models.CharField(_("Jenis"), max_length=8, choices={kind.value: kind.value for kind in DividendKind})
    member = models.ForeignKey(Member, on_delete=models.PROTECT, db_index=False, related_name="dividends")
    year = models.PositiveSmallIntegerField(_("Tahun"))
    scheme = models.CharField(_("Jenis simpanan"), max_length=12, choices={scheme.value: scheme.value for scheme in Scheme})
    amount_sen = models.BigIntegerField(_("Amaun (sen)"))
    earned = models.JSONField(_("Kiraan"))
    credited_on = models.DateField(_("Dikreditkan pada"))

    class Meta:
        verbose_name = _("dividen")
        verbose_name_plural = _("dividen")
        constraints = (
            models.UniqueConstraint(fields=["member", "year"], condition=Q(kind=DividendKind.ANNUAL), name="dividend_once_a_year"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in DividendKind], scheme__in=[scheme.value for scheme in Scheme]),
                name="dividend_kind_known",
            ),
        )
        indexes = (models.Index(fields=["member", "year"], condition=~Q(kind=DividendKind.ANNUAL), name="dividend_others_of_member"),)

    def __str__(self) -> str:
        return f"{self.member_id} {self.year}"
