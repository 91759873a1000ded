"""Who an employer is, who acts for it, whom it employs."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from employers.enums import AppointmentForm, ApprovalFlow, EmployerKind, EmployerRole, UnderWay
from kwsp_portal.documents.models import StoredFile
from members.enums import IdentityKind, ProposalState, Risk, Thumb
from members.models import Member, days_of, eight_digits, only


class Employer(models.Model):
    """A body liable to contribute. `number`: 8 digits, allocated by the portal (ruling 13)."""

    number = models.CharField(_("No. Majikan"), max_length=8, unique=True, validators=[eight_digits])
    name = models.CharField(_("Nama"), max_length=160)
    kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in EmployerKind})
    from_date = models.DateField(_("Majikan sejak"))
    closed_on = models.DateField(_("Ditutup pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("majikan")
        verbose_name_plural = _("majikan")
        constraints = (
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{8}$"), name="employer_number_form"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in EmployerKind]), name="employer_kind_known"),
            models.CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("from_date")), name="employer_closed_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def subject(self) -> str:
        """As the trail names whom an act touches."""
        return f"employer:{self.number}"


class Representative(models.Model):
    """A user who acts for an employer in one role. Written once: another role is another row, and only the removal is added (migration 0008).

    `appointed_by` is empty where the counter or the register brought the person.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="representatives")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="representations")
    role = models.CharField(max_length=14, choices={role.value: role.value for role in EmployerRole})
    appointed_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("wakil majikan")
        verbose_name_plural = _("wakil majikan")
        constraints = (
            models.UniqueConstraint(fields=["employer", "user"], condition=Q(removed_on__isnull=True), name="representative_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in EmployerRole]), name="representative_role_known"),
            models.CheckConstraint(condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("appointed_on")), name="representative_dates_in_order"),
            models.CheckConstraint(condition=Q(removed_by__isnull=True) | Q(removed_on__isnull=False), name="representative_removed_by_and_on"),
        )

    def __str__(self) -> str:
        return f"{self.employer_id} {self.user_id} {self.role}"


class FlowChoice(models.Model):
    """An employer's choice how its filings are approved, from that moment on. Written once (migration 0010).

    The last one holds; before the first it is CHECKED.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="flow_choices")
    flow = models.CharField(max_length=8, choices={flow.value: flow.value for flow in ApprovalFlow})
    under_way = models.CharField(max_length=10, choices={one.value: one.value for one in UnderWay})
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_on = models.DateField()

    class Meta:
        verbose_name = _("pilihan aliran kelulusan")
        verbose_name_plural = _("pilihan aliran kelulusan")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(flow__in=[flow.value for flow in ApprovalFlow]), name="flow_choice_known"),
            models.CheckConstraint(condition=Q(under_way__in=[one.value for one in UnderWay]), name="flow_choice_under_way_known"),
        )

    def __str__(self) -> str:
        return f"{self.employer_id} {self.flow}"


_PASSPORTS_HAVE_ONE = Q(identity_kind=IdentityKind.PASSPORT, identity_country__regex=r"^[A-Z]{3}$") | (
    ~Q(identity_kind=IdentityKind.PASSPORT) & Q(identity_country="")
)


def _country() -> "models.CharField[str, str]":
    """Who issued a passport, as in the register of members; no other paper has one."""
    return models.CharField(_("Negara pengeluar pasport"), max_length=3, blank=True, default="", db_default="")


class Appointment(models.Model):
    """One appointment at a counter: the signed form, whose papers were seen, and what was sent. Written once (migration 0006).

    Who is appointed again, for this employer or another, is known by the identity.
    """

    representative = models.ForeignKey(Representative, on_delete=models.PROTECT, related_name="appointments")
    identity_kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    identity_country = _country()
    identity_number = models.CharField(_("No. pengenalan"), max_length=15)
    form = models.CharField(max_length=8, choices={form.value: form.value for form in AppointmentForm})
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    seen = models.JSONField(default=list, blank=True)
    thumb = models.CharField(max_length=10, choices={thumb.value: thumb.value for thumb in Thumb})
    without_thumb = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=16)
    invitation = models.ForeignKey("identity.Invitation", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pelantikan wakil")
        verbose_name_plural = _("pelantikan wakil")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(form__in=[form.value for form in AppointmentForm]), name="appointment_form_known"),
            models.CheckConstraint(condition=Q(identity_kind__in=[kind.value for kind in IdentityKind]), name="appointment_identity_kind_known"),
            models.CheckConstraint(condition=_PASSPORTS_HAVE_ONE, name="appointment_passport_country"),
            models.CheckConstraint(condition=Q(thumb__in=[thumb.value for thumb in Thumb]), name="appointment_thumb_known"),
        )
        indexes = (models.Index(fields=["identity_kind", "identity_number"], name="appointment_identity"),)

    def __str__(self) -> str:
        return f"{self.representative_id} {self.form}"


class AppointmentProposal(models.Model):
    """A risky appointment at a counter, which a second officer approves: what was brought and seen, written once but for the decision (0012).

    `chosen`: whom of those without these papers the officer says this is. `before` is the person's TAC number when it was proposed: if that
    changed, the proposal is stale. `appointment` is what came of it.
    """

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="appointment_proposals")
    name = models.CharField(_("Nama"), max_length=120)
    identity_kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    identity_country = _country()
    identity_number = models.CharField(_("No. pengenalan"), max_length=15)
    form = models.CharField(max_length=8, choices={form.value: form.value for form in AppointmentForm})
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    seen = models.JSONField(default=list, blank=True)
    thumb = models.CharField(max_length=10, choices={thumb.value: thumb.value for thumb in Thumb})
    without_thumb = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=16)
    language = models.CharField(max_length=2)
    chosen = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    risks = models.JSONField(default=list)
    before = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices={state.value: state.value for state in ProposalState}, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    appointment = models.OneToOneField(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        verbose_name = _("cadangan pelantikan wakil")
        verbose_name_plural = _("cadangan pelantikan wakil")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["employer", "identity_kind", "identity_country", "identity_number"],
                condition=Q(state=ProposalState.PROPOSED.value),
                name="appointment_proposal_one_open",
            ),
            models.CheckConstraint(condition=Q(form__in=[form.value for form in AppointmentForm]), name="appointment_proposal_form_known"),
            models.CheckConstraint(condition=Q(identity_kind__in=[kind.value for kind in IdentityKind]), name="appointment_proposal_kind_known"),
            models.CheckConstraint(condition=_PASSPORTS_HAVE_ONE, name="appointment_proposal_passport_country"),
            models.CheckConstraint(condition=Q(thumb__in=[thumb.value for thumb in Thumb]), name="appointment_proposal_thumb_known"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ProposalState]), name="appointment_proposal_state_known"),
            models.CheckConstraint(
                condition=Q(chosen__isnull=True) | Q(risks__contains=[Risk.IDENTITY_FIRST.value]), name="appointment_proposal_chosen_is_risky"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.APPROVED.value, ProposalState.REFUSED.value]) | ~Q(decided_by=F("proposed_by")),
                name="appointment_proposal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, decided_by__isnull=True, decided_on__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED.value) & Q(decided_by__isnull=False, decided_on__isnull=False, decided_at__isnull=False)),
                name="appointment_proposal_decided_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True) | Q(state=ProposalState.APPROVED.value), name="appointment_proposal_done_is_approved"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.employer_id} {self.state}"


class Employment(models.Model):
    """Who works for whom, [from_date, to_date). `domestic`: in a home, for a household; PostgreSQL asks for its kind (migration 0003)."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="employments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="employments")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    domestic = models.BooleanField(_("Pembantu domestik"), default=False, db_default=False)

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        constraints = (
            models.CheckConstraint(condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")), name="employment_dates_in_order"),
            ExclusionConstraint(
                name="employment_no_overlap",
                expressions=[(days_of("member_id", "from_date", "to_date"), "&&"), (only("employer_id"), "~=")],
            ),
        )

    def __str__(self) -> str:
        return f"{self.employer_id} {self.member_id} {self.from_date}"
