"""Who a member is. What they hold is members.ledger's."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from members.enums import Citizenship, IdentityKind, Religion, Sex

eight_digits = RegexValidator(r"^[0-9]{8}$", _("8 angka"))


def only(column: str) -> Func:
    """A bigint as a point, so that an exclusion constraint needs no extension; compared with `~=`."""
    return Func(F(column), Value(0), function="point")


def days_of(whose: str, start: str, end: str) -> Func:
    """The days [start, end) of one holder as a box: his id on one side, his days from the first to the last on the other; compared with `&&`.

    Whole numbers below 2**53, so that boxes meet if and only if a day is in both. Ranges say the same, but PostgreSQL takes five times as
    long over an index of ranges: it was half of the cost of registering a member (docs/benchmarks.md).
    """
    first = Func(F(start), template="(%(expressions)s - DATE '1900-01-01')", output_field=models.IntegerField())
    last = Func(F(end), template="coalesce(%(expressions)s - DATE '1900-01-01' - 1, 10000000)", output_field=models.IntegerField())
    return Func(Func(F(whose), first, function="point"), Func(F(whose), last, function="point"), function="box")


class Member(models.Model):
    """A person with savings in the fund. `number`: 8 digits, allocated by the portal (ruling 13)."""

    number = models.CharField(_("No. Ahli"), max_length=8, unique=True, validators=[eight_digits])
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="member")
    name = models.CharField(_("Nama"), max_length=120)
    name_key = models.CharField(max_length=120)
    identity_kind = models.CharField(max_length=12, choices={kind.value: kind.value for kind in IdentityKind})
    identity_country = models.CharField(_("Negara pengeluar pasport"), max_length=3, blank=True, default="", db_default="")
    identity_number = models.CharField(_("No. pengenalan"), max_length=15)
    birth_date = models.DateField(_("Tarikh lahir"))
    sex = models.CharField(max_length=6, choices={sex.value: sex.value for sex in Sex})
    religion = models.CharField(max_length=12, choices={religion.value: religion.value for religion in Religion}, default=Religion.UNKNOWN)
    phone = models.CharField(_("Telefon bimbit"), max_length=16, blank=True)
    address = models.TextField(_("Alamat surat-menyurat"), blank=True)
    home_address = models.TextField(_("Alamat rumah"), blank=True)
    member_since = models.DateField(_("Ahli sejak"))
    shariah_from = models.DateField(_("Simpanan Shariah mulai"), null=True, blank=True)
    died_on = models.DateField(_("Tarikh kematian"), null=True, blank=True)

    class Meta:
        verbose_name = _("ahli")
        verbose_name_plural = _("ahli")
        constraints = (
            models.UniqueConstraint(fields=["identity_kind", "identity_country", "identity_number"], name="member_identity_once"),
            models.CheckConstraint(
                condition=Q(identity_kind=IdentityKind.PASSPORT, identity_country__regex=r"^[A-Z]{3}$")
                | (~Q(identity_kind=IdentityKind.PASSPORT) & Q(identity_country="")),
                name="member_passport_country",
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{8}$"), name="member_number_form"),
            models.CheckConstraint(condition=Q(birth_date__lte=F("member_since")), name="member_born_before_joining"),
            models.CheckConstraint(condition=Q(died_on__isnull=True) | Q(died_on__gte=F("birth_date")), name="member_death_after_birth"),
            models.CheckConstraint(condition=Q(identity_kind__in=[kind.value for kind in IdentityKind]), name="member_identity_kind_known"),
            models.CheckConstraint(condition=Q(sex__in=[sex.value for sex in Sex]), name="member_sex_known"),
            models.CheckConstraint(condition=Q(religion__in=[religion.value for religion in Religion]), name="member_religion_known"),
            models.CheckConstraint(
                condition=~Q(identity_kind=IdentityKind.MYKAD) | Q(identity_number__regex=r"^[0-9]{12}$"), name="member_mykad_form"
            ),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+[0-9]{8,15}$"), name="member_phone_form"),
        )
        indexes = (
            models.Index(fields=["identity_number"], name="member_identity_number"),
            # How a name begins, whatever the database's collation: LIKE goes by it, and so does equality.
            models.Index(fields=["name_key"], name="member_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone"], name="member_phone", condition=~Q(phone="")),
            models.Index(fields=["birth_date"], name="member_birth_date"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def subject(self) -> str:
        """As the trail names whom an act touches."""
        return f"member:{self.number}"


class CitizenshipPeriod(models.Model):
    """What a member was, [from_date, to_date). The parts of the Third Schedule depend on it."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="citizenships")
    status = models.CharField(max_length=20, choices={status.value: status.value for status in Citizenship})
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("kewarganegaraan")
        verbose_name_plural = _("kewarganegaraan")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=[status.value for status in Citizenship]), name="citizenship_known"),
            models.CheckConstraint(condition=Q(to_date__isnull=True) | Q(to_date__gt=F("from_date")), name="citizenship_dates_in_order"),
            ExclusionConstraint(name="citizenship_one_at_a_time", expressions=[(days_of("member_id", "from_date", "to_date"), "&&")]),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.status} {self.from_date}"
