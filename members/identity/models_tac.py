"""Transaction codes: the phone they go to, the code of one act, what was guessed, and the leave that the acting service spends.

What may change in these rows PostgreSQL says (migrations/0005_tac_guards.py): a try is never taken back, a used code never freed.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal.encryption import EncryptedTextField
from members.identity.enums import Bound, Ended, Method, Purpose


class TacPhone(models.Model):
    """The number that a person's codes go to. One is current; a changed one is another row, and cools off for money."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tac_phones", db_index=False)
    number = models.CharField(_("Nombor telefon TAC"), max_length=16)
    how = models.CharField(max_length=16, choices={how.value: how.value for how in Bound})
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    bound_at = models.DateTimeField()
    cooling_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=16, blank=True, default="", choices={why.value: why.value for why in Ended})

    class Meta:
        verbose_name = _("telefon TAC")
        verbose_name_plural = _("telefon TAC")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"), name="tac_phone_form"),
            models.CheckConstraint(condition=Q(how__in=[how.value for how in Bound]), name="tac_phone_how_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="") | Q(ended_at__isnull=False, ended_why__in=[why.value for why in Ended]),
                name="tac_phone_end_says_why",
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at__isnull=True), name="tac_phone_one_current"),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="tac_phone_user"),
            models.Index(fields=["number"], name="tac_phone_number"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.number[-4:]}"


class Standing(models.Model):
    """How a person stands with codes: locked by every issue and every try, so that guesses of one person are counted one after another.

    `subject` is `user:<id>`, or for what names nobody `unknown:<HMAC of what was typed>`: a made-up person has the same limits as a real one.
    Wrong guesses up to the attempt `forgiven_to` no longer count for the day (the counter forgave them).
    """

    subject = models.CharField(primary_key=True, max_length=80)
    wrong_in_a_row = models.PositiveIntegerField(default=0)
    blocked_at = models.DateTimeField(null=True, blank=True)
    forgiven_to = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(subject__regex=r"^(user:[0-9]+|unknown:[0-9a-f]{64})$"), name="tac_standing_subject"),)

    def __str__(self) -> str:
        return self.subject


class Challenge(models.Model):
    """One code for one act. `user` is null for a decoy, which no digits can answer. `digest` is the SHA-256 of exactly what is approved,
    `origin` from where it was asked for (origins.py).

    The digits are in the message alone: `mac` is their HMAC under a key derived for this row. For an authenticator app there is none.
    """

    subject = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    phone = models.ForeignKey(TacPhone, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    purpose = models.CharField(max_length=20, choices={purpose.value: purpose.value for purpose in Purpose})
    method = models.CharField(max_length=3, choices={method.value: method.value for method in Method})
    digest = models.CharField(max_length=64)
    origin = models.CharField(max_length=64, blank=True, default="")
    salt = models.CharField(max_length=32)
    mac = models.CharField(max_length=64, blank=True, default="")
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    resend_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    burnt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(purpose__in=[purpose.value for purpose in Purpose]), name="tac_purpose_known"),
            models.CheckConstraint(condition=Q(method__in=[method.value for method in Method]), name="tac_method_known"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="tac_digest_form"),
            models.CheckConstraint(condition=Q(used_at__isnull=True) | Q(burnt_at__isnull=True), name="tac_used_or_burnt"),
            models.CheckConstraint(condition=Q(used_at__isnull=True) | Q(user__isnull=False), name="tac_decoy_is_never_right"),
        )
        indexes = (models.Index(fields=["subject", "issued_at"], name="tac_challenge_subject"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.purpose}"


class Attempt(models.Model):
    """One evaluated guess. Rows are only added; the batch prunes those older than anything that counts them."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    subject = models.CharField(max_length=80)
    right = models.BooleanField()
    at = models.DateTimeField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["subject", "at"], name="tac_attempt_wrong", condition=Q(right=False)),
            models.Index(fields=["challenge"], name="tac_attempt_challenge"),
            models.Index(fields=["kept_at"], name="tac_attempt_kept"),
        )

    def __str__(self) -> str:
        return f"{self.challenge_id} {self.right}"


class Meter(models.Model):
    """Wrong guesses of everybody together in one hour of the real clock: `hour` counts hours since 1970."""

    hour = models.BigIntegerField(primary_key=True)
    wrong = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour} {self.wrong}"


class Approval(models.Model):
    """What a right code leaves: leave for one act of one person, spent by the acting service in its own transaction, once."""

    challenge = models.OneToOneField(Challenge, on_delete=models.PROTECT, related_name="approval")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.purpose}"


class Authenticator(models.Model):
    """An authenticator app in place of SMS: one open a person. It serves from `confirmed_at` on; its secret is encrypted at rest.

    `last_step` is the latest 30 seconds whose code was used: each is good once. `session` is the number in the register of the session whose person
    gave the code to begin it: there alone the secret is shown and confirmed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authenticators", db_index=False)
    secret = EncryptedTextField(purpose="identity.authenticator", null=True)
    made_at = models.DateTimeField()
    session = models.BigIntegerField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user"], condition=Q(removed_at__isnull=True), name="authenticator_one_open"),
            models.CheckConstraint(condition=Q(removed_at__isnull=True) | Q(secret__isnull=True), name="authenticator_secret_wiped"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """For the day the phone is gone: one of ten, good once, kept as an HMAC."""

    authenticator = models.ForeignKey(Authenticator, on_delete=models.PROTECT, related_name="codes")
    mac = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.authenticator_id}"


class RecoveryAsk(models.Model):
    """That somebody asked for a recovery: `key` is the HMAC of the number or address that was given, the same for people who exist and who do not.

    With a `challenge` it is what one browser asked for: its second click gets the same.
    """

    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        indexes = (
            models.Index(fields=["key", "at"], name="recovery_ask_key"),
            models.Index(fields=["at"], name="recovery_ask_at"),
            models.Index(fields=["challenge"], condition=Q(challenge__isnull=False), name="recovery_ask_challenge"),
        )

    def __str__(self) -> str:
        return self.key[:8]
