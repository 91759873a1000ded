"""Everybody who signs in."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kwsp_portal.templatetags import formats
from members.identity.enums import ADMIN_READERS, STAFF, InvitationKind, Role
from members.identity.models_emails import EmailAddress
from members.identity.models_sessions import Draft, KnownDevice, StoredSession, UserSession
from members.identity.models_tac import Approval, Attempt, Authenticator, Challenge, Meter, RecoveryAsk, RecoveryCode, Standing, TacPhone
from members.identity.models_tokens import ApiToken, TokenUse

__all__ = [
    "ApiToken",
    "Approval",
    "Attempt",
    "Authenticator",
    "Challenge",
    "Draft",
    "EmailAddress",
    "Invitation",
    "KnownDevice",
    "Meter",
    "RecoveryAsk",
    "RecoveryCode",
    "Standing",
    "StoredSession",
    "TacPhone",
    "TokenUse",
    "User",
    "UserManager",
    "UserSession",
    "in_small_letters",
]


def in_small_letters(typed: str) -> str:
    """A User ID as it is kept. What is not ASCII stays as it is: of some signs that look like ours (the Kelvin sign) the small letter is ours."""
    return typed.lower() if typed.isascii() else typed


class UserManager(BaseUserManager["User"]):
    def create_user(self, user_id: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a hashed password, who may sign in at once; the User ID is kept in small letters. Others: invitations.begin."""
        user = self.model(user_id=in_small_letters(user_id), **fields)
        user.activated_at = user.activated_at or user.joined_at
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(user_id=in_small_letters(username or ""))


class User(AbstractBaseUser):
    """A person who signs in: member, employer's representative or officer of the fund.

    Without `activated_at` it is somebody who was invited (invitations.py): the User ID is a temporary one, there is no password, and no door but
    the activation's opens.
    """

    user_id = models.CharField(
        _("ID Pengguna"), max_length=16, unique=True, validators=[RegexValidator(r"^[a-z0-9]{8,16}$", _("8 hingga 16 huruf dan angka"))]
    )
    role = models.CharField(max_length=20, choices={role.value: role.value for role in Role})
    name = models.CharField(_("Nama"), max_length=120)
    secret_phrase = models.CharField(_("Frasa rahsia"), max_length=10)
    secret_image = models.CharField(_("Imej rahsia"), max_length=20, blank=True, default="", db_default="")
    language = models.CharField(max_length=2, choices={"ms": "Bahasa Melayu", "en": "English"}, default="ms")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "user_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")
        indexes = (
            # A counter asks for representatives of a name.
            models.Index(Upper("name"), condition=models.Q(role=Role.REPRESENTATIVE.value), name="user_representative_name"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(user_id__regex=r"^[a-z0-9]{8,16}$"), name="user_id_form"),
            models.CheckConstraint(
                condition=models.Q(activated_at__isnull=False) | models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="user_password_comes_with_activation",
            ),
        )

    def __str__(self) -> str:
        """As registers name somebody: a whole User ID is shown to its own person only."""
        return f"{self.name} · {formats.masked_user_id(self.user_id)}"

    def get_full_name(self) -> str:
        """The name on the frame of every signed-in page."""
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """As the trail names whom an act touches."""
        return f"user:{self.pk}"

    @property
    def is_member(self) -> bool:
        return self.role == Role.MEMBER

    @property
    def is_representative(self) -> bool:
        return self.role == Role.REPRESENTATIVE

    @property
    def is_officer(self) -> bool:
        return self.role in STAFF

    @property
    def is_staff(self) -> bool:
        """May open Django admin (once the second factor is given)."""
        return self.role in ADMIN_READERS

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django admin asks this: readers may view; every change is a service's, never a permission's."""
        return self.is_active and self.is_staff and perm.rpartition(".")[2].startswith("view_")

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Invitation(models.Model):
    """What a counter or kiosk gave somebody to begin with (ruling 28): the hash of a temporary password or an activation code.

    One of a user is open at a time. What was issued is written once; that it ended, and how far the activation has come, is added
    (migration 0003). `issued_by` is empty for a kiosk. `progress` is the activation's own, so that it goes on where it stopped.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=10, choices={kind.value: kind.value for kind in InvitationKind})
    secret_hash = models.CharField(max_length=128)
    phone = models.CharField(max_length=16)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    expires_on = models.DateField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("jemputan i-Akaun")
        verbose_name_plural = _("jemputan i-Akaun")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(used_at__isnull=True, voided_at__isnull=True), name="invitation_one_open_a_user"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in InvitationKind]), name="invitation_kind_known"),
            models.CheckConstraint(condition=models.Q(expires_on__gte=models.F("issued_on")), name="invitation_dates_in_order"),
            models.CheckConstraint(condition=models.Q(used_at__isnull=True) | models.Q(voided_at__isnull=True), name="invitation_ends_once"),
            models.CheckConstraint(condition=models.Q(phone__regex=r"^\+[0-9]{8,15}$"), name="invitation_phone_form"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.expires_on}"
