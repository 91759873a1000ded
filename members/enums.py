"""Closed lists of words about a member and what they hold."""

from enum import StrEnum


class SubAccount(StrEnum):
    """A member's accounts (ruling 3). The names on screen follow the date; these codes never change."""

    PERSARAAN = "PERSARAAN"
    SEJAHTERA = "SEJAHTERA"
    FLEKSIBEL = "FLEKSIBEL"
    AKAUN_55 = "AKAUN_55"
    EMAS = "EMAS"
    HOUSING_RINGFENCE = "HOUSING_RINGFENCE"


class LeapBirthday(StrEnum):
    """Where a birthday on 29 February falls in a common year, as month and day."""

    FIRST_OF_MARCH = "03-01"
    LAST_OF_FEBRUARY = "02-28"


class Scheme(StrEnum):
    """Which dividend a member's savings earn in a year."""

    CONVENTIONAL = "CONVENTIONAL"
    SHARIAH = "SHARIAH"


class RatesKnown(StrEnum):
    """From which day of the following year a rate on file counts as declared, as month and day."""

    FIRST_OF_MARCH = "03-01"


class DeclarationState(StrEnum):
    """Of the rates of a year, put forward by one officer and decided by another."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class DividendKind(StrEnum):
    """ANNUAL: a year, once. BEFORE: at the rate before the declaration, with a full withdrawal. SETTLED: what was back-valued into paid years."""

    ANNUAL = "ANNUAL"
    BEFORE = "BEFORE"
    SETTLED = "SETTLED"


class Citizenship(StrEnum):
    CITIZEN = "CITIZEN"
    PERMANENT_RESIDENT = "PERMANENT_RESIDENT"
    NON_CITIZEN = "NON_CITIZEN"


class IdentityKind(StrEnum):
    """The paper that proves who somebody is."""

    MYKAD = "MYKAD"
    PASSPORT = "PASSPORT"
    MYPR = "MYPR"
    ARMY = "ARMY"
    POLICE = "POLICE"


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"


class Religion(StrEnum):
    ISLAM = "ISLAM"
    BUDDHISM = "BUDDHISM"
    CHRISTIANITY = "CHRISTIANITY"
    HINDUISM = "HINDUISM"
    SIKHISM = "SIKHISM"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class Door(StrEnum):
    """Where an act was made with the person present."""

    COUNTER = "COUNTER"
    KIOSK = "KIOSK"


class Seen(StrEnum):
    """What an officer looked at before acting for somebody."""

    ORIGINAL = "ORIGINAL"
    LIKENESS = "LIKENESS"
    REGISTER = "REGISTER"
    SECOND_PAPER = "SECOND_PAPER"


class Thumb(StrEnum):
    """What the thumbprint reader said. NOT_ASKED: the paper holds no print, or the officer went without."""

    MATCHED = "MATCHED"
    REFUSED = "REFUSED"
    SILENT = "SILENT"
    NOT_ASKED = "NOT_ASKED"


class ProposalKind(StrEnum):
    """What waits for a supervisor: a correction of the register, or a TAC number that an officer may not bind alone."""

    CORRECTION = "CORRECTION"
    PHONE = "PHONE"


class ProposalState(StrEnum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Risk(StrEnum):
    """Why an officer does not bind a TAC number alone, or appoint an employer's administrator."""

    SECOND_CHANGE = "SECOND_CHANGE"
    BLOCKED = "BLOCKED"
    THUMB_REFUSED = "THUMB_REFUSED"
    NO_THUMB = "NO_THUMB"
    NUMBER_OF_ANOTHER = "NUMBER_OF_ANOTHER"
    ADMINISTRATOR_THERE = "ADMINISTRATOR_THERE"
    ACTIVE_NUMBER = "ACTIVE_NUMBER"
    OTHER_NAME = "OTHER_NAME"
    IDENTITY_FIRST = "IDENTITY_FIRST"
    NAMESAKE = "NAMESAKE"
    BY_USER_ID = "BY_USER_ID"
    OTHER_PAPERS = "OTHER_PAPERS"


class LookupReason(StrEnum):
    """Why an officer looks somebody up; the person reads it in their log."""

    AT_COUNTER = "AT_COUNTER"
    BY_PHONE = "BY_PHONE"
    PAPERS = "PAPERS"
    SUPERVISION = "SUPERVISION"


class NameMatch(StrEnum):
    """How a bank's name of an account's holder agrees with the register's. NEAR: an officer looks at the bank book."""

    FULL = "FULL"
    NEAR = "NEAR"
    NONE = "NONE"


class ReplacementCause(StrEnum):
    """Why new contributions put something back. `ref` of an order is the id of the row that it comes from.

    KHAS: a Pengeluaran Khas that was paid; the row is its application.
    """

    KHAS = "KHAS"


class AfterReplacement(StrEnum):
    """How contributions are divided once what was withdrawn is replaced."""

    SPLIT_OF_THE_DAY = "SPLIT_OF_THE_DAY"


class PartOfASen(StrEnum):
    """What becomes of a part of a sen."""

    NEAREST_SEN = "NEAREST_SEN"


class PayoutKind(StrEnum):
    """For what money leaves the fund. `ref` of a payout is the id of the row that asked for it."""

    REFUND = "REFUND"
    WITHDRAWAL = "WITHDRAWAL"
    OVERPAID = "OVERPAID"
    VOLUNTARY = "VOLUNTARY"


class PayoutState(StrEnum):
    """ORDERED -> SENT -> PAID | RETURNED; CANCELLED while it is in no file. The last three are final: who was not paid gets another payout."""

    ORDERED = "ORDERED"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"


class BankAccountState(StrEnum):
    """ASKED: the bank has not answered yet. REVIEW: the names are near, an officer decides. CURRENT: money may go there.

    REFUSED says why; GIVEN_UP: the member asked for another one or for none; REPLACED by a newer one; CANCELLED within its cooling-off.
    """

    ASKED = "ASKED"
    REVIEW = "REVIEW"
    CURRENT = "CURRENT"
    REFUSED = "REFUSED"
    GIVEN_UP = "GIVEN_UP"
    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"


class BankAccountRefusal(StrEnum):
    """Why an account is not taken."""

    NO_ACCOUNT = "NO_ACCOUNT"
    CLOSED = "CLOSED"
    JOINT = "JOINT"
    COMPANY = "COMPANY"
    NAME = "NAME"
    OFFICER = "OFFICER"
    SILENT = "SILENT"


class Waits(StrEnum):
    """What makes money wait."""

    PHONE = "PHONE"
    BANK_ACCOUNT = "BANK_ACCOUNT"
