"""What a member pays of their own accord, and their registration for the Government's incentives on it (seed 002, rulings 18 to 20)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from contributions.enums import IncentiveScheme, Occupation, RegisteredAt, RegistrationEnd, ReturnState, ReturnWhy, VoluntaryKind
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.fields import MoneyField
from kwsp_portal.templatetags import formats
from members.models import IdentityCheck, Member


def spans_apart(name: str) -> ExclusionConstraint:
    """No day is in two spans of one member, the first and the last day included (as members.models.days_of, which leaves the last out)."""
    ends = [Func(F(day), template=template, output_field=models.IntegerField()) for day, template in _ENDS]
    box = Func(*(Func(F("member_id"), end, function="point") for end in ends), function="box")
    return ExclusionConstraint(name=name, expressions=[(box, "&&")])


_ENDS = (
    ("first", "(%(expressions)s - DATE '1900-01-01')"),
    ("last", "coalesce(%(expressions)s - DATE '1900-01-01', 10000000)"),
)


class VoluntaryOrder(models.Model):
    """What a member asked to pay, for the own account or for another member's, as which kind. Written once; how it is paid is its `payment`."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="voluntary_orders")
    payer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="voluntary_paid")
    kind = models.CharField(_("Jenis"), max_length=10, choices={kind.value: kind.value for kind in VoluntaryKind})

    class Meta:
        verbose_name = _("pesanan caruman sukarela")
        verbose_name_plural = _("pesanan caruman sukarela")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in VoluntaryKind]), name="voluntary_order_kind_known"),)

    def __str__(self) -> str:
        return f"{self.pk}, {self.kind}"


class VoluntaryContribution(models.Model):
    """Money that came for a member's account on `paid_on`, the bank's or the counter's day; by which `payment`, where the portal took it.

    Of `amount` (RM), `credited` is within the yearly ceiling and `returned` above it (ruling 19); both are null until a worker has taken it. What
    was taken back is as if it had never come, from `reversed_on` on.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="voluntary")
    kind = models.CharField(_("Jenis"), max_length=10, choices={kind.value: kind.value for kind in VoluntaryKind})
    amount = MoneyField()
    paid_on = models.DateField(_("Dibayar pada"))
    payment = models.OneToOneField("contributions.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="brought")
    credited = MoneyField(null=True, blank=True)
    returned = MoneyField(null=True, blank=True)
    credited_on = models.DateField(_("Dikreditkan pada"), null=True, blank=True)
    reversed_on = models.DateField(_("Dibalikkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("caruman sukarela")
        verbose_name_plural = _("caruman sukarela")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in VoluntaryKind]), name="voluntary_kind_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="voluntary_amount_positive"),
            models.CheckConstraint(
                condition=Q(credited__isnull=True, returned__isnull=True, credited_on__isnull=True)
                | Q(credited__gte=0, returned__gte=0, credited_on__isnull=False, amount=F("credited") + F("returned")),
                name="voluntary_taken_is_complete",
            ),
            models.CheckConstraint(condition=Q(reversed_on__isnull=True) | Q(credited_on__lte=F("reversed_on")), name="voluntary_reversed_after"),
        )
        indexes = (models.Index(fields=["member", "paid_on"], name="voluntary_of_member"),)

    def __str__(self) -> str:
        return f"{self.kind} {formats.money(self.amount)}, {formats.day(self.paid_on)}"


class VoluntaryReturn(models.Model):
    """What of a payment goes back to its payer, held from the day on which that was found; it waits until they have an account that it can go to.

    Once when it is taken, and once more where what was credited is taken back (VoluntaryReversal, which says to whom it goes).

    `counter_payer`: who paid at a counter and is no member. It goes to them; the ledger keeps it on the account of `payer`, whom it was paid for.

    `hold_id` is the ledger's last hold on it: what the bank sends back is held anew.
    """

    payment = models.ForeignKey("contributions.Payment", on_delete=models.PROTECT, related_name="returned", db_index=False)
    payer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="voluntary_returns")
    counter_payer = models.ForeignKey("contributions.CounterPayer", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(_("Sebab"), max_length=8, choices={why.value: why.value for why in ReturnWhy})
    amount = MoneyField()
    state = models.CharField(_("Status"), max_length=8, choices={state.value: state.value for state in ReturnState}, default=ReturnState.HELD)
    hold_id = models.BigIntegerField(null=True, blank=True)
    found_on = models.DateField(_("Hari"))

    class Meta:
        verbose_name = _("caruman sukarela dipulangkan")
        verbose_name_plural = _("caruman sukarela dipulangkan")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ReturnState], why__in=[why.value for why in ReturnWhy]),
                name="voluntary_return_state_known",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="voluntary_return_amount_positive"),
            models.UniqueConstraint(
                "payment", Case(When(why=ReturnWhy.REVERSED.value, then=Value(1)), default=Value(0)), name="voluntary_return_once_for_its_cause"
            ),
        )

    def __str__(self) -> str:
        return f"{formats.money(self.amount)}, {formats.day(self.found_on)}"

    @property
    def order_number(self) -> str:
        """The number of its Arahan Bayaran, by which the bank's counter knows it: twelve digits, unlike those of withdrawals, which begin with 9."""
        return f"8{self.pk:011d}"


class IncentiveRegistration(models.Model):
    """A member's registration for one incentive, from `first` to `last`, both included; null while it holds. One holds at a time (ruling 20).

    i-Saraan by the member (signed in or on the public page) or at a counter with KWSP 16G(M), `form`, the first time only, behind an identity check;
    i-Suri by the Ministry's list. Written once; `last` with why and by whom is added once (migration 0084).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="incentive_registrations")
    scheme = models.CharField(_("Insentif"), max_length=8, choices={scheme.value: scheme.value for scheme in IncentiveScheme})
    occupation = models.CharField(_("Pekerjaan"), max_length=16, choices={one.value: one.value for one in Occupation}, blank=True, default="")
    other_work = models.CharField(_("Pekerjaan lain"), max_length=80, blank=True, default="")
    first = models.DateField(_("Mulai"))
    last = models.DateField(_("Hingga"), null=True, blank=True)
    registered_at = models.CharField(max_length=8, choices={place.value: place.value for place in RegisteredAt})
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    identity_check = models.ForeignKey(IdentityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=8, blank=True, default="", db_default="", choices={why.value: why.value for why in RegistrationEnd})
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pendaftaran insentif")
        verbose_name_plural = _("pendaftaran insentif")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(scheme__in=[scheme.value for scheme in IncentiveScheme], registered_at__in=[place.value for place in RegisteredAt]),
                name="registration_scheme_known",
            ),
            models.CheckConstraint(
                condition=(Q(occupation="") & ~Q(scheme=IncentiveScheme.ISARAAN)) | Q(occupation__in=[one.value for one in Occupation]),
                name="registration_occupation_known",
            ),
            # Who says "other" says what, or that there is no fixed income; who names a group of the list says no other work beside it.
            models.CheckConstraint(
                condition=Q(occupation=Occupation.OTHER.value, other_work__gt="") | (~Q(occupation=Occupation.OTHER.value) & Q(other_work="")),
                name="registration_says_one_work",
            ),
            models.CheckConstraint(
                condition=Q(scheme=IncentiveScheme.ISARAAN.value) & ~Q(occupation=Occupation.EMPLOYEE.value) | Q(occupation=""),
                name="registration_work_is_for_isaraan",
            ),
            models.CheckConstraint(condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="registration_ends_after"),
            models.UniqueConstraint(fields=["member"], condition=Q(last__isnull=True), name="registration_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_why="", ended_by__isnull=True) | Q(ended_why__in=[why.value for why in RegistrationEnd], last__isnull=False),
                name="registration_end_known",
            ),
            models.CheckConstraint(
                condition=Q(form__isnull=True) | Q(registered_at=RegisteredAt.COUNTER.value, identity_check__isnull=False),
                name="registration_form_is_of_a_counter",
            ),
            spans_apart("registration_spans_apart"),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {formats.day(self.first)}"


class EKasihSpan(models.Model):
    """From when to when the Ministry's e-Kasih list has a member, both days included; null while it does (facts, section 3.2)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="ekasih_spans")
    first = models.DateField(_("Mulai"))
    last = models.DateField(_("Hingga"), null=True, blank=True)

    class Meta:
        verbose_name = _("tempoh senarai e-Kasih")
        verbose_name_plural = _("tempoh senarai e-Kasih")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="ekasih_ends_after"),
            models.UniqueConstraint(fields=["member"], condition=Q(last__isnull=True), name="ekasih_on_the_list_once"),
            spans_apart("ekasih_spans_apart"),
        )

    def __str__(self) -> str:
        return f"e-Kasih {formats.day(self.first)}"
