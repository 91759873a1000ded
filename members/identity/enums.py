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


class Purpose(StrEnum):
    """What a TAC can be asked for: a closed set."""

    RECOVERY = "RECOVERY"
    NEW_DEVICE = "NEW_DEVICE"
    WITHDRAWAL = "WITHDRAWAL"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    EMAIL = "EMAIL"
    EMPLOYER_APPROVAL = "EMPLOYER_APPROVAL"
    EMPLOYER_PAYMENT = "EMPLOYER_PAYMENT"
    ELECTION_APPROVAL = "ELECTION_APPROVAL"
    REPRESENTATIVES = "REPRESENTATIVES"
    APPROVAL_FLOW = "APPROVAL_FLOW"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    REFUND_ACCOUNT = "REFUND_ACCOUNT"
    API_TOKEN = "API_TOKEN"  # noqa: S105 - a name
    ACTIVATION_PHONE = "ACTIVATION_PHONE"
    AUTHENTICATOR = "AUTHENTICATOR"
    INITIAL_TRANSFER = "INITIAL_TRANSFER"
    SHARIAH = "SHARIAH"
    INCENTIVE = "INCENTIVE"


class Method(StrEnum):
    """How the code reaches the person."""

    SMS = "SMS"
    APP = "APP"


class Bound(StrEnum):
    """Where a TAC phone was bound (ruling 31: never by what everybody can know)."""

    COUNTER = "COUNTER"
    KIOSK = "KIOSK"
    ADMINISTRATOR = "ADMINISTRATOR"


class Ended(StrEnum):
    """Why a TAC phone is no longer the person's."""

    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"
    REMOVED = "REMOVED"


class EmailEnd(StrEnum):
    """Why an e-mail address is no longer the person's, or never came to be."""

    REPLACED = "REPLACED"
    REMOVED = "REMOVED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class SessionEnd(StrEnum):
    """Why a session is over. IDLE and ABSOLUTE by themselves; OTHERS: the person signed it out from another one; STAFF: an officer did;
    FACTOR: the phone or the app that codes come from is another."""

    IDLE = "IDLE"
    ABSOLUTE = "ABSOLUTE"
    SIGNED_OUT = "SIGNED_OUT"
    REPLACED = "REPLACED"
    OTHERS = "OTHERS"
    PASSWORD = "PASSWORD"  # noqa: S105 - a reason, no password
    DEACTIVATED = "DEACTIVATED"
    REMOVED = "REMOVED"
    STAFF = "STAFF"
    FACTOR = "FACTOR"
