"""To whom what goes back of a voluntary contribution is paid, where no rule knows it: what two officers decide about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contributions.enums import PayeeBasis, WrongCreditState
from contributions.models.wrong_credits import DECIDED
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.encryption import EncryptedTextField
from kwsp_portal.templatetags import formats
from members.models import Payout


class ReturnPayee(models.Model):
    """What goes back (`returned`) is paid to `name`, by the papers `identity`: the payer in another way, or of a payer who `died_on` that day who
    stands in their place, with the death certificate (`death_paper`) and what says so (`document`).

    It goes to the account that its bank has named as theirs (`holder`), or by Arahan Bayaran where there is none. `phone` (E.164) is where they are
    told. What one officer proposes another decides: PostgreSQL lets only the outcome be written, once, and POSTED has its `payout` (migration 0129).
    """

    returned = models.ForeignKey("contributions.VoluntaryReturn", on_delete=models.PROTECT, related_name="payees")
    basis = models.CharField(_("Sebagai"), max_length=13, choices={basis.value: basis.value for basis in PayeeBasis})
    name = models.CharField(_("Nama penerima"), max_length=120)
    identity = models.CharField(_("No. pengenalan"), max_length=20)
    phone = models.CharField(_("Telefon"), max_length=16, blank=True, default="")
    died_on = models.DateField(_("Pembayar meninggal pada"), null=True, blank=True)
    bank = models.CharField(_("Bank"), max_length=11, blank=True, default="")
    account = EncryptedTextField(purpose="contributions.return_payee_account", null=True)
    ending = models.CharField(_("Empat angka akhir"), max_length=4, blank=True, default="")
    holder = EncryptedTextField(purpose="contributions.return_payee_holder", null=True)
    reason = models.TextField(_("Sebab"))
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    death_paper = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices={state.value: state.value for state in WrongCreditState}, default=WrongCreditState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("Dicadangkan pada"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("Diputuskan pada"), null=True, blank=True)
    comment = models.TextField(blank=True)
    payout = models.OneToOneField(Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("penerima pulangan caruman sukarela")
        verbose_name_plural = _("penerima pulangan caruman sukarela")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in WrongCreditState], basis__in=[basis.value for basis in PayeeBasis]),
                name="return_payee_words_known",
            ),
            models.CheckConstraint(condition=Q(name__gt="", identity__gt="", reason__gt=""), name="return_payee_says_who_and_why"),
            # No money goes to an account whose holder the bank did not name.
            models.CheckConstraint(
                condition=Q(bank="", ending="", account__isnull=True, holder__isnull=True)
                | Q(bank__regex=r"^[A-Z0-9]{8}$", ending__regex=r"^[0-9]{4}$", account__isnull=False, holder__isnull=False),
                name="return_payee_account_is_named",
            ),
            models.CheckConstraint(
                condition=Q(basis=PayeeBasis.PAYER.value, died_on__isnull=True, death_paper__isnull=True)
                | (~Q(basis=PayeeBasis.PAYER.value) & Q(died_on__isnull=False, death_paper__isnull=False)),
                name="return_payee_of_the_dead_shows_it",
            ),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="return_payee_decided_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_on__isnull=True)),
                name="return_payee_decided_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state=WrongCreditState.REFUSED.value) | ~Q(comment=""), name="return_payee_refused_says_why"),
            models.CheckConstraint(
                condition=Q(state=WrongCreditState.POSTED.value, payout__isnull=False)
                | (~Q(state=WrongCreditState.POSTED.value) & Q(payout__isnull=True)),
                name="return_payee_posted_is_ordered",
            ),
            models.UniqueConstraint(fields=["returned"], condition=Q(state=WrongCreditState.PROPOSED.value), name="return_payee_one_waits"),
        )

    def __str__(self) -> str:
        return f"{self.returned_id}, {formats.day(self.proposed_on)}"

    @property
    def order_number(self) -> str:
        """The number of its Arahan Bayaran: twelve digits, another than that of any order before it, which was not cashed."""
        return f"7{self.pk:011d}"

    @property
    def masked(self) -> str:
        """The account as pages show it; empty where it goes by Arahan Bayaran."""
        return f"•••• {self.ending}" if self.ending else ""
