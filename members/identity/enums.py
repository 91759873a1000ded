"""Who somebody is to the portal."""

from enum import StrEnum


class Role(StrEnum):
    """One role a user. What a representative may do for an employer stands in employers.Representative."""

    MEMBER = "MEMBER"
    REPRESENTATIVE = "REPRESENTATIVE"
    COUNTER_OFFICER = "COUNTER_OFFICER"
    SUPERVISOR = "SUPERVISOR"
    WITHDRAWAL_OFFICER = "WITHDRAWAL_OFFICER"
    INSPECTOR = "INSPECTOR"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"


STAFF = frozenset(Role) - {Role.MEMBER, Role.REPRESENTATIVE}
"""Officers of the fund: they sign in with TOTP."""

ADMIN_READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Who may open Django admin. What they may change there, each ModelAdmin says."""


class InvitationKind(StrEnum):
    """What an invitation opens: a member's i-Akaun with a temporary password, an employer's with an activation code (seed 000)."""

    MEMBER = "MEMBER"
    EMPLOYER = "EMPLOYER"
