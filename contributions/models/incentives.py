"""The half-yearly run of an incentive: what is claimed from the Government for each member, the claim file, the answer, the credits (ruling 18)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import ClaimAnswerState, ClaimFileState, IncentiveClaimState, IncentiveRunState, IncentiveScheme
from contributions.rules.incentive import HalfYear
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.editions.models import Edition
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import Member

PAID = (IncentiveRunState.RECEIVED.value, IncentiveRunState.CREDITED.value)
"""States of a run for which the Government has paid."""


class IncentiveRun(models.Model):
    """A scheme's claim for one half-year: there is one of each, for ever.

    Fixed when it is opened: whose contributions it looks at (`last_contribution`, those known on `opened_on`; `members` of them), the law
    (`edition`), and the first year whose difference it settles (`since`). `credits_from` is the day on which members are credited: never before
    `earliest`.
    """

    scheme = models.CharField(_("Insentif"), max_length=8, choices={scheme.value: scheme.value for scheme in IncentiveScheme})
    year = models.PositiveSmallIntegerField(_("Tahun"))
    half = models.PositiveSmallIntegerField(_("Separuh tahun"))
    since = models.PositiveSmallIntegerField()
    opened_on = models.DateField(_("Dibuka pada"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    last_contribution = models.BigIntegerField()
    members = models.PositiveIntegerField(_("Ahli"))
    earliest = models.DateField(_("Kredit paling awal"))
    state = models.CharField(
        _("Status"), max_length=8, choices={state.value: state.value for state in IncentiveRunState}, default=IncentiveRunState.OPEN
    )
    claims = models.PositiveIntegerField(_("Tuntutan"), default=0)
    claimed = MoneyField(_("Dituntut"), default=0)
    received = MoneyField(_("Diterima"), null=True, blank=True)
    received_on = models.DateField(_("Diterima pada"), null=True, blank=True)
    credits_from = models.DateField(_("Dikreditkan mulai"), null=True, blank=True)
    credited_on = models.DateField(_("Selesai dikreditkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("larian insentif")
        verbose_name_plural = _("larian insentif")
        ordering = ("-year", "-half", "scheme")
        constraints = (
            models.UniqueConstraint(fields=["scheme", "year", "half"], name="incentive_run_once_a_half_year"),
            models.CheckConstraint(
                condition=Q(scheme__in=[scheme.value for scheme in IncentiveScheme], half__in=(1, 2))
                & Q(state__in=[state.value for state in IncentiveRunState], since__lte=F("year")),
                name="incentive_run_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PAID, received__gte=0, received__lte=F("claimed"), received_on__isnull=False)
                & Q(credits_from__gte=F("earliest"))
                & Q(credits_from__gte=F("received_on"))
                | (~Q(state__in=PAID) & Q(received__isnull=True, received_on__isnull=True, credits_from__isnull=True)),
                name="incentive_run_received_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state=IncentiveRunState.CREDITED, credited_on__gte=F("credits_from"))
                | (~Q(state=IncentiveRunState.CREDITED) & Q(credited_on__isnull=True)),
                name="incentive_run_credited_in_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[IncentiveRunState.OPEN, IncentiveRunState.NOTHING], claims=0, claimed=0)
                | (~Q(state__in=[IncentiveRunState.OPEN, IncentiveRunState.NOTHING]) & Q(claims__gt=0, claimed__gt=0)),
                name="incentive_run_claims_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"

    @property
    def period(self) -> str:
        """`2023-1`: January to June 2023."""
        return f"{self.year}-{self.half}"

    @property
    def span(self) -> HalfYear:
        return HalfYear(self.year, self.half)


class IncentiveClaim(models.Model):
    """What a run claims for one member, RM, and what became of it: the cause of one entry of the ledger (INCENTIVE, ref: this row).

    Run and member have no row-level foreign key, which took twice the writing of the rows: the trigger that lets claims come looks for those of a
    whole statement at once, and neither runs nor members can be deleted (migrations/0112_claims_lead_somewhere.py).

    `whole` is what `contributed`, the year's contributions that count, has earned by the half-year; `before` what earlier claims of the year come to;
    `carried` what all earlier years were paid too much, below zero what they were paid too little. What is left is the `amount` that is claimed, or
    `over`, which later halves set off.
    """

    run = models.ForeignKey(IncentiveRun, on_delete=models.PROTECT, related_name="found", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="incentive_claims", db_constraint=False)
    contributed = MoneyField(_("Caruman yang dikira"))
    whole = MoneyField(_("Diperoleh tahun itu"))
    before = MoneyField(_("Dituntut sebelum ini"))
    carried = MoneyField(_("Beza tahun lalu"))
    amount = MoneyField(_("Dituntut"))
    over = MoneyField(_("Lebih dibayar"))
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in IncentiveClaimState})
    reason = models.CharField(_("Sebab ditolak"), max_length=200, blank=True, default="")
    account = models.CharField(_("Akaun"), max_length=24, blank=True, default="")
    credited_on = models.DateField(_("Dikreditkan pada"), null=True, blank=True)
    appeal = models.CharField(_("Rayuan"), max_length=200, blank=True, default="")
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    appealed_on = models.DateField(_("Dirayu pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("tuntutan insentif")
        verbose_name_plural = _("tuntutan insentif")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["run", "member"], name="incentive_claim_once"),
            models.CheckConstraint(
                condition=Q(contributed__gte=0, whole__gte=0, before__gte=0, amount__gte=0, over__gte=0)
                & (Q(amount__gt=0, over=0) | Q(amount=0, over__gt=0))
                & Q(whole=F("before") + F("carried") + F("amount") - F("over")),
                name="incentive_claim_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state=IncentiveClaimState.SET_OFF, amount=0)
                | Q(
                    state__in=[state.value for state in IncentiveClaimState if state is not IncentiveClaimState.SET_OFF],
                    amount__gt=0,
                ),
                name="incentive_claim_state_known",
            ),
            models.CheckConstraint(
                condition=(Q(state=IncentiveClaimState.REFUSED) & ~Q(reason="")) | (~Q(state=IncentiveClaimState.REFUSED) & Q(reason="")),
                name="incentive_claim_refused_says_why",
            ),
            models.CheckConstraint(
                condition=(Q(state=IncentiveClaimState.CREDITED, credited_on__isnull=False) & ~Q(account=""))
                | (~Q(state=IncentiveClaimState.CREDITED) & Q(credited_on__isnull=True, account="")),
                name="incentive_claim_credited_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(appealed_by__isnull=True, appealed_on__isnull=True, appeal="")
                | (Q(state=IncentiveClaimState.REFUSED, appealed_by__isnull=False, appealed_on__isnull=False) & ~Q(appeal="")),
                name="incentive_claim_appeal_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class ClaimFile(models.Model):
    """What the Government is sent for a run: one officer has it made, another approves it. The file is written by a worker, once."""

    run = models.ForeignKey(IncentiveRun, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField(_("No. fail"))
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in ClaimFileState}, default=ClaimFileState.MAKING)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    rows = models.PositiveIntegerField(_("Bilangan baris"), default=0)
    total = MoneyField(_("Jumlah"), default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(_("Dibuat pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.CharField(_("Sebab"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("fail tuntutan insentif")
        verbose_name_plural = _("fail tuntutan insentif")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="claim_file_number_once"),
            models.UniqueConstraint(fields=["run"], condition=~Q(state=ClaimFileState.REFUSED), name="claim_file_one_of_a_run"),
            models.CheckConstraint(
                condition=Q(state=ClaimFileState.MAKING, file__isnull=True, sha256="", rows=0, total=0)
                | (Q(state__in=[state.value for state in ClaimFileState][1:], file__isnull=False, rows__gt=0, total__gt=0) & ~Q(sha256="")),
                name="claim_file_made_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ClaimFileState.APPROVED, ClaimFileState.REFUSED], decided_by__isnull=False, decided_on__isnull=False)
                | Q(state__in=[ClaimFileState.MAKING, ClaimFileState.MADE], decided_by__isnull=True, decided_on__isnull=True),
                name="claim_file_decided_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state=ClaimFileState.APPROVED) | ~Q(decided_by=F("made_by")), name="claim_file_approved_by_another"),
            models.CheckConstraint(condition=~Q(state=ClaimFileState.REFUSED) | ~Q(comment=""), name="claim_file_refused_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class ClaimAnswer(models.Model):
    """The Government's answer to a claim file, as it came. It is taken whole or refused whole; `faults` say why (code, row, found, expected)."""

    run = models.ForeignKey(IncentiveRun, on_delete=models.PROTECT, related_name="answers")
    state = models.CharField(
        _("Status"), max_length=8, choices={state.value: state.value for state in ClaimAnswerState}, default=ClaimAnswerState.READING
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_on = models.DateField(_("Dimuat naik pada"))
    paid = models.PositiveIntegerField(_("Tuntutan dibayar"), default=0)
    refused = models.PositiveIntegerField(_("Tuntutan ditolak"), default=0)
    received = MoneyField(_("Diterima"), null=True, blank=True)
    received_on = models.DateField(_("Diterima pada"), null=True, blank=True)
    faults = models.JSONField(default=list)
    faults_total = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("jawapan Kerajaan")
        verbose_name_plural = _("jawapan Kerajaan")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["run"], condition=~Q(state=ClaimAnswerState.REFUSED), name="claim_answer_one_of_a_run"),
            models.CheckConstraint(
                condition=Q(state=ClaimAnswerState.TAKEN, received__gte=0, received_on__isnull=False, faults_total=0)
                | Q(state=ClaimAnswerState.REFUSED, received__isnull=True, received_on__isnull=True, faults_total__gt=0, paid=0, refused=0)
                | Q(state=ClaimAnswerState.READING, received__isnull=True, received_on__isnull=True, faults_total=0, paid=0, refused=0),
                name="claim_answer_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {formats.day(self.uploaded_on)}"
