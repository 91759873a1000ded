"""Tokens of the API: knox's hash and prefix, with what the token is good for. Revoked and expired ones stay, as the register of what was given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from knox.settings import CONSTANTS

from kwsp_portal.fields import MoneyField
from members.identity.enums import Purpose


class ApiToken(AbstractAuthToken):
    """One token of a person for one scope: `me`, or `employer:` and its number. The token itself is kept nowhere.

    `monthly_limit` is what may be approved and paid with it in a calendar month; without one it approves nothing.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    created = models.DateTimeField(_("Dibuat pada"))
    expiry = models.DateTimeField(_("Sah hingga"))
    scope = models.CharField(_("Skop"), max_length=20)
    monthly_limit = MoneyField(_("Had bulanan (RM)"), null=True, blank=True)
    address = models.GenericIPAddressField(_("Alamat IP"), null=True, blank=True)
    used_at = models.DateTimeField(_("Kali terakhir digunakan"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Dibatalkan pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("token API")
        verbose_name_plural = _("token API")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(scope__regex=r"^(me|employer:[0-9]{8})$"), name="api_token_scope_form"),
            models.CheckConstraint(condition=Q(expiry__gt=models.F("created")), name="api_token_expires"),
            models.CheckConstraint(condition=Q(monthly_limit__isnull=True) | Q(monthly_limit__gt=0), name="api_token_limit_positive"),
            models.CheckConstraint(condition=Q(monthly_limit__isnull=True) | ~Q(scope="me"), name="api_token_limit_is_an_employer_s"),
        )
        indexes = (models.Index(fields=["user", "-id"], name="api_token_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.scope}"


class TokenUse(models.Model):
    """What was approved or paid with a token, counted against its monthly limit. The same act counts once a month, however often it is tried.

    `month` holds its first day, in Kuala Lumpur by the real clock. Written once; that the limit holds PostgreSQL sees to (migration 0018).
    """

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="uses", db_index=False)
    purpose = models.CharField(max_length=20, choices={purpose.value: purpose.value for purpose in Purpose})
    month = models.DateField()
    digest = models.CharField(max_length=64)
    amount = MoneyField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["token", "purpose", "month", "digest"], name="token_use_once_a_month"),
            models.CheckConstraint(
                condition=Q(purpose__in=[Purpose.EMPLOYER_APPROVAL.value, Purpose.EMPLOYER_PAYMENT.value]), name="token_use_is_of_money"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="token_use_month_is_first_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="token_use_amount_positive"),
        )

    def __str__(self) -> str:
        return f"{self.token_id} {self.purpose} {self.amount}"
