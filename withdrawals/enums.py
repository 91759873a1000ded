"""Closed lists of withdrawals. Stored values never change."""

from enum import StrEnum


class KindCode(StrEnum):
    """The kinds of withdrawals that are here. Each is a module of withdrawals.kinds."""

    AGE_50 = "AGE_50"
    EDUCATION = "EDUCATION"
    HOUSE_BUY = "HOUSE_BUY"
    HOUSE_INSTALMENT = "HOUSE_INSTALMENT"
    AGE_55 = "AGE_55"
    FLEKSIBEL = "FLEKSIBEL"
    KHAS_2022 = "KHAS_2022"


class Channel(StrEnum):
    """How an application comes in."""

    ONLINE = "ONLINE"
    COUNTER = "COUNTER"
    POST = "POST"


class ConfirmedBy(StrEnum):
    """What stands in place of the phone's code where an officer enters an application."""

    THUMB = "THUMB"
    """The print on the reader, put there for the notice that the member read."""
    KWSP_3 = "KWSP_3"
    """The print on KWSP 3 (Pindaan): the reader's failed, or the application came by post."""
    FORM = "FORM"
    """The kind's own form, signed by who has no MyKad."""


class Payee(StrEnum):
    """To whom a withdrawal is paid."""

    ACCOUNT = "ACCOUNT"
    """The member's own account, whose name the bank has confirmed."""
    PAYMENT_ORDER = "PAYMENT_ORDER"
    """Arahan Bayaran: collected at a branch, by who has or may have no account."""
    INSTITUTION = "INSTITUTION"
    """The institution that the member owes."""


class State(StrEnum):
    """Where an application stands. The words that members read: withdrawals/labels.py."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    IN_PROCESS = "IN_PROCESS"
    DOCUMENTS = "DOCUMENTS"
    """More documents are asked for; the clock of the charter stands still."""
    SECOND = "SECOND"
    """An officer would approve it; it is above what one may approve alone."""
    APPROVED = "APPROVED"
    PAYING = "PAYING"
    ACTIVE = "ACTIVE"
    """Recurring payments are going on."""
    RETURNED = "RETURNED"
    """The bank gave the payment back; another account is asked for."""
    PAID = "PAID"
    """All of it is paid."""
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    DISCARDED = "DISCARDED"
    """A draft that was thrown away."""


class Action(StrEnum):
    SUBMIT = "SUBMIT"
    DISCARD = "DISCARD"
    TAKE = "TAKE"
    PUT_BACK = "PUT_BACK"
    ASK = "ASK"
    ANSWER = "ANSWER"
    ASK_ACCOUNT = "ASK_ACCOUNT"
    """The account of an institution to which what came back would be sent again is not as the document has it: another is asked for."""
    RECOMMEND = "RECOMMEND"
    SEND_BACK = "SEND_BACK"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    PASS = "PASS"  # noqa: S105 - not a password
    """Approved by rule alone, in a kind that needs no officer."""
    TURN_DOWN = "TURN_DOWN"
    """Refused by rule alone: at processing nothing is left, or a condition holds no more."""
    CANCEL = "CANCEL"
    STOP = "STOP"
    """Ended by an officer for what the kind's clauses name: the loan is settled, the house is gone, the papers were false."""
    GIVE_WAY = "GIVE_WAY"
    """What was held goes to a Pengeluaran Khas, and nothing is left to pay (ruling 25a); running payments give way to a plan that was approved in
    their place, or end because there is nothing to pay them from."""
    SHRINK = "SHRINK"
    """Some of what was held goes to a Pengeluaran Khas; the rest stands (ruling 25a)."""
    ORDER = "ORDER"
    BEGIN = "BEGIN"
    """The first of recurring payments is due."""
    PAY = "PAY"
    RETURN = "RETURN"
    RENEW = "RENEW"
    """Asked for again: an Arahan Bayaran, or a payment to an institution, came back, and waits until somebody asks for another."""
    FINISH = "FINISH"
    APPEAL = "APPEAL"


class StopReason(StrEnum):
    """For what KWSP may end what it approved (seed 003, item 6, clause 5)."""

    LOAN_SETTLED = "LOAN_SETTLED"
    HOUSE_SOLD = "HOUSE_SOLD"
    HOUSE_AUCTIONED = "HOUSE_AUCTIONED"
    TITLE_MOVED = "TITLE_MOVED"
    FALSE_PAPERS = "FALSE_PAPERS"


class Who(StrEnum):
    """Who may make a move."""

    MEMBER = "MEMBER"
    """The member, or a counter officer for them with the member present or the form in hand."""
    OFFICER = "OFFICER"
    HOLDER = "HOLDER"
    """The officer who has the case."""
    OTHER_OFFICER = "OTHER_OFFICER"
    """An officer other than the one who would approve it."""
    SYSTEM = "SYSTEM"


class DocumentCode(StrEnum):
    """Papers of an application. Names in both languages, and which kind needs which: withdrawals.kinds and withdrawals/labels.py."""

    MYKAD = "MYKAD"
    FORM = "FORM"
    """The kind's own form with its checklist, for who has no MyKad or comes by post, and of everybody where seed 003 asks it so."""
    KWSP_3 = "KWSP_3"
    ID_COPY = "ID_COPY"
    BIRTH_DATE = "BIRTH_DATE"
    BANK = "BANK"
    EX_CITIZEN = "EX_CITIZEN"
    ENROLMENT = "ENROLMENT"
    RECOGNITION = "RECOGNITION"
    FEES = "FEES"
    LOAN_STATEMENT = "LOAN_STATEMENT"
    SALE_AGREEMENT = "SALE_AGREEMENT"
    LOAN_AGREEMENT = "LOAN_AGREEMENT"
    CHARGE = "CHARGE"
    RELATIONSHIP = "RELATIONSHIP"
    DISPOSAL = "DISPOSAL"
    FLIGHT = "FLIGHT"
    RESULTS = "RESULTS"
    OTHER = "OTHER"
    """What an officer asks for in words of their own."""


class DecisionPoint(StrEnum):
    """When facts were gathered and the rules asked: what was known then is kept."""

    SUBMITTED = "SUBMITTED"
    DECIDED = "DECIDED"
    PROCESSED = "PROCESSED"


class PaymentState(StrEnum):
    """Of one payment of an application: PLANNED -> ORDERED -> PAID | RETURNED; SKIPPED and CANCELLED were never ordered."""

    PLANNED = "PLANNED"
    ORDERED = "ORDERED"
    PAID = "PAID"
    RETURNED = "RETURNED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


class Relation(StrEnum):
    """What somebody is to an officer who has declared them a relative."""

    SPOUSE = "SPOUSE"
    PARENT = "PARENT"
    CHILD = "CHILD"
    SIBLING = "SIBLING"
    IN_LAW = "IN_LAW"
    OTHER = "OTHER"
