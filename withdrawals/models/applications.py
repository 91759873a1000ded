"""An application for a withdrawal, from draft to its last payment."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import BankAccount, IdentityCheck, Member, Payout
from withdrawals.enums import Action, Channel, ConfirmedBy, DecisionPoint, DocumentCode, KindCode, Payee, PaymentState, State

WRITTEN = (State.DRAFT.value, State.DISCARDED.value)
"""States in which nothing was asked for yet."""
ENTERING = Q(state__in=WRITTEN) & ~Q(channel=Channel.ONLINE.value)
"""Drafts of officers, which are no member's yet."""
OVER = (State.PAID.value, State.REFUSED.value, State.CANCELLED.value, State.DISCARDED.value)
CONFIRMED = (Action.SUBMIT, Action.CANCEL, Action.APPEAL, Action.RENEW, Action.ANSWER)
"""What a member does at a counter under the print on a notice."""
DECIDED = (State.APPROVED.value, State.PAYING.value, State.ACTIVE.value, State.RETURNED.value, State.PAID.value)


class Application(models.Model):
    """`number` is what the member knows it by. `particulars`: what the kind asked, as its module names it; `subject` what tells it from others of
    the kind (a house, a loan, a course and semester), by which what is shared is counted.

    `asked` RM is what was applied for and never changes once handed in; `approved` never more; `paid` what the bank has paid. `holds` are the
    ledger's holds of its money as they stand now. `appeals`: how often it was decided before. `version` counts every change: who decides on what
    they saw says which. `received_on`: the day on which it came by post, from which its time runs. What was handed in stays as it is, and what
    ended has ended (migration 0002)."""

    number = models.CharField(_("No. rujukan"), max_length=20, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="applications", db_index=False)
    kind = models.CharField(max_length=24, choices={one.value: one.value for one in KindCode})
    channel = models.CharField(max_length=8, choices={one.value: one.value for one in Channel}, default=Channel.ONLINE)
    state = models.CharField(_("Status"), max_length=12, choices={one.value: one.value for one in State}, default=State.DRAFT)
    particulars = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=160, blank=True, default="")
    asked = MoneyField(null=True, blank=True)
    payee = models.CharField(max_length=14, choices={one.value: one.value for one in Payee}, default=Payee.ACCOUNT)
    account = models.ForeignKey(BankAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    drafted_on = models.DateField(_("Dimulakan pada"))
    received_on = models.DateField(_("Diterima melalui pos pada"), null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    applied_on = models.DateField(_("Dipohon pada"), null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("Dijanjikan sebelum"), null=True, blank=True)
    waiting_since = models.DateField(null=True, blank=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    approved = MoneyField(null=True, blank=True)
    paid = MoneyField(default=0)
    holds = ArrayField(models.BigIntegerField(), default=list, blank=True)
    appeals = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("permohonan pengeluaran")
        verbose_name_plural = _("permohonan pengeluaran")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[one.value for one in KindCode], channel__in=[one.value for one in Channel], payee__in=[one.value for one in Payee]
                ),
                name="application_kind_known",
            ),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=WRITTEN, applied_on__isnull=True)
                | (~Q(state__in=WRITTEN) & Q(applied_on__isnull=False, applied_at__isnull=False, due_on__isnull=False, asked__gt=0)),
                name="application_handed_in_is_complete",
            ),
            models.CheckConstraint(condition=Q(asked__isnull=True) | Q(asked__gt=0), name="application_asks_for_something"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, approved__gt=0, decided_on__isnull=False)
                | Q(state__in=[State.REFUSED.value, State.CANCELLED.value])
                | (~Q(state__in=[*DECIDED, State.REFUSED.value, State.CANCELLED.value]) & Q(approved__isnull=True)),
                name="application_approved_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True) | Q(approved__gt=0, approved__lte=F("asked")), name="application_approved_within_asked"
            ),
            models.CheckConstraint(condition=Q(paid=0) | Q(paid__gt=0, paid__lte=F("approved")), name="application_paid_within_approved"),
            models.CheckConstraint(condition=~Q(state=State.PAID) | Q(paid__gt=0), name="application_paid_says_how_much"),
            # Above what one officer may approve alone there are two, and never the same.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(first_officer__isnull=True) | ~Q(decided_by=F("first_officer")),
                name="application_second_officer_is_another",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SECOND, first_officer__isnull=False) | ~Q(state=State.SECOND), name="application_second_has_first"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DOCUMENTS, waiting_since__isnull=False) | (~Q(state=State.DOCUMENTS) & Q(waiting_since__isnull=True)),
                name="application_waits_since",
            ),
            models.CheckConstraint(
                condition=~Q(payee=Payee.ACCOUNT) | Q(state__in=WRITTEN) | Q(account__isnull=False), name="application_goes_somewhere"
            ),
            models.CheckConstraint(condition=~Q(state__in=OVER) | Q(holds=[]), name="application_over_holds_nothing"),
            models.CheckConstraint(
                condition=Q(channel=Channel.POST, received_on__isnull=False, received_on__lte=F("drafted_on"))
                | (~Q(channel=Channel.POST) & Q(received_on__isnull=True)),
                name="application_by_post_has_its_day",
            ),
        )
        indexes = (
            models.Index(fields=["member", "-id"], name="application_member"),
            models.Index(fields=["state", "kind", "due_on"], name="application_queue"),
            models.Index(fields=["kind", "subject"], condition=~Q(subject=""), name="application_subject"),
            models.Index(fields=["officer"], condition=Q(state__in=["IN_PROCESS", "DOCUMENTS"]), name="application_officer"),
        )

    def __str__(self) -> str:
        return self.number


class ApplicationDocument(models.Model):
    """A paper handed in. What an officer has looked at is marked; a paper that was replaced stays."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    code = models.CharField(max_length=16, choices={one.value: one.value for one in DocumentCode})
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("dokumen permohonan")
        verbose_name_plural = _("dokumen permohonan")
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=Q(code__in=[one.value for one in DocumentCode]), name="application_document_known"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it small; by its name, which says what it was taken for."""
        return self.file.name.lower().endswith((".jpg", ".jpeg", ".png"))


class Confirmation(models.Model):
    """What an officer had of the member in place of the phone's code, for exactly what the notice said: `digest` is that of applying.shown, which
    names kind, amount and account. Of what came by post nobody's papers were looked at: then `received_on` says when a letter that cancels or
    appeals came. Never changed (migration 0041)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="confirmations")
    act = models.CharField(max_length=6, choices={one.value: one.value for one in CONFIRMED}, default=Action.SUBMIT)
    way = models.CharField(max_length=8, choices={one.value: one.value for one in ConfirmedBy})
    digest = models.CharField(max_length=64)
    identity_check = models.OneToOneField(IdentityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("pengesahan permohonan")
        verbose_name_plural = _("pengesahan permohonan")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(way__in=[one.value for one in ConfirmedBy]), name="confirmation_way_known"),
            models.CheckConstraint(
                condition=Q(way=ConfirmedBy.KWSP_3, act=Action.SUBMIT, received_on=None)
                | Q(way=ConfirmedBy.KWSP_3, identity_check=None, received_on__isnull=False, received_on__lte=F("on"))
                | Q(identity_check__isnull=False, received_on=None),
                name="confirmation_of_who_was_there_is_checked",
            ),
            models.CheckConstraint(condition=Q(act__in=[one.value for one in CONFIRMED]), name="confirmation_act_known"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="confirmation_digest_form"),
            models.UniqueConstraint(fields=["application", "digest"], name="confirmation_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.way}"

    @property
    def code(self) -> str:
        """What the notice bears."""
        return notice_code(self.digest)


def notice_code(digest: str) -> str:
    """The first eight signs of a digest, as a notice bears them."""
    return f"{digest[:4]}-{digest[4:8]}".upper()


class Decision(models.Model):
    """What the rules were asked of an application and what they said: `facts`, `refusals`, `charges`, `steps` and `references` as JSON, enough to ask
    again without a database. Never changed. The application is looked for by a statement trigger, not by a foreign key (migration 0045)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, db_constraint=False, related_name="decisions")
    point = models.CharField(max_length=9, choices={one.value: one.value for one in DecisionPoint})
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField()
    most = MoneyField()
    refusals = models.JSONField(default=list)
    charges = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    references = models.JSONField(default=list)

    class Meta:
        verbose_name = _("keputusan peraturan")
        verbose_name_plural = _("keputusan peraturan")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(point__in=[one.value for one in DecisionPoint]), name="decision_point_known"),
            models.CheckConstraint(condition=Q(most__gte=0), name="decision_most_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.point}"


class ApplicationLog(models.Model):
    """Every move of an application; `comment` is what the member reads as its reason, `note` what officers read. Never changed. The
    application is looked for by a statement trigger (migration 0045)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, db_constraint=False, related_name="log")
    action = models.CharField(max_length=12, choices={one.value: one.value for one in Action})
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    comment = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[one.value for one in Action]), name="application_log_action_known"),
            models.CheckConstraint(
                condition=~Q(action__in=["ASK", "REFUSE", "SEND_BACK", "APPEAL", "STOP", "ASK_ACCOUNT"]) | ~Q(comment=""),
                name="application_log_says_why",
            ),
        )

    def __str__(self) -> str:
        return formats.moment(self.at)


class WithdrawalPayment(models.Model):
    """One payment of an application: the only one, or one of a row of them. `place` from 1. Ordered, it is what a payout is for (`Payout.ref`), and
    `holds` are the ledger's holds of its money. `renewed`: the payout that came back after which another was asked for (migration 0052)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="payments", db_index=False)
    place = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("Bayaran pada"))
    amount = MoneyField()
    state = models.CharField(_("Status"), max_length=9, choices={one.value: one.value for one in PaymentState}, default=PaymentState.PLANNED)
    holds = ArrayField(models.BigIntegerField(), default=list, blank=True)
    paid_on = models.DateField(_("Dibayar pada"), null=True, blank=True)
    renewed = models.ForeignKey(Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("bayaran pengeluaran")
        verbose_name_plural = _("bayaran pengeluaran")
        ordering = ("application", "place")
        constraints = (
            models.UniqueConstraint(fields=["application", "place"], name="withdrawal_payment_place_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, place__gt=0), name="withdrawal_payment_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in PaymentState]), name="withdrawal_payment_state_known"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.PAID, paid_on__isnull=False) | (~Q(state=PaymentState.PAID) & Q(paid_on__isnull=True)),
                name="withdrawal_payment_paid_has_its_day",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(state="PLANNED"), name="withdrawal_payment_due"),)

    def __str__(self) -> str:
        return f"{self.application_id}:{self.place}"

    @property
    def order_number(self) -> str:
        """The number of its Arahan Bayaran, by which the bank's counter knows it: twelve digits."""
        return f"9{self.pk:011d}"
