"""The closed lists of the ledger. The stored values never change and are never used again for something else."""

from enum import IntEnum, StrEnum


class HolderKind(StrEnum):
    """Whose account it is. The fund's own accounts have the holder id 0."""

    MEMBER = "MEMBER"
    EMPLOYER = "EMPLOYER"
    PAYER = "PAYER"
    """A member as somebody who pays, with what is theirs again; none of it is savings."""
    FUND = "FUND"


class Side(StrEnum):
    """On which side an account normally stands: CREDIT is positive (the fund owes the holder), DEBIT is negative."""

    CREDIT = "CREDIT"
    DEBIT = "DEBIT"


class EntryKind(IntEnum):
    """What an entry records. `ref` of each is the id of the row that caused it."""

    FILING_DUE = 1
    """An approved Borang A is owed. ref: filing."""
    PAYMENT = 2
    """The bank's final approval of a payment. ref: payment."""
    CONTRIBUTION = 3
    """One row of a paid Borang A credited to its member. ref: filing row."""
    REVERSAL = 4
    """The mirror of an earlier entry, at most one to each. ref: the entry reversed."""
    PAYOUT = 5
    """Held money leaves for the bank of who applied for it. ref: payout."""
    DIVIDEND = 6
    """A dividend of a member, a leg for each account that receives some. ref: dividend row."""
    MERGE_55 = 7
    """At 55 every account of before moves to Akaun 55 (ruling 16). ref: member; part: how many such entries the member had."""
    RINGFENCE = 8
    """Money moves into or out of the housing ring-fence (ruling 25). ref: application."""
    INCENTIVE = 9
    """A Government incentive whose claim was received (ruling 18). ref: claim row."""
    LATE_CHARGE = 10
    """A late payment charge is owed (ruling 10). ref: charge."""
    LATE_DIVIDEND = 11
    """Dividend owed on a late contribution (ruling 11). ref: late dividend of a filing."""
    CORRECTION = 12
    """The difference that a correction under two officers makes to one row of a credited Borang A. ref: line of the correction."""
    PARTS_COMPLETE = 13
    """The parts in which a Borang A was paid have all come: they pay what is owed. ref: filing."""
    SETTLEMENT = 14
    """Money that the bank had promised has come to the fund's account. ref: row of the bank's settlement file."""
    INITIAL_TRANSFER = 20
    """The one transfer out of Sejahtera of 2024, chosen by the member. ref: member."""
    RECEIPT = 21
    """Money that a bank agent took and that nobody is credited for. ref: receipt."""
    PAYOUT_SETTLED = 22
    """The bank has paid a payout from the fund's account. ref: payout."""
    WRONG_CREDIT = 23
    """A contribution taken back from whom it was credited to by mistake and credited to whose it is, under two officers. ref: wrong credit."""
    LATE_CREDIT = 24
    """A member's part of the dividend that an employer paid on a late Borang A (ruling 11). ref: filing row."""
    LATE_REMISSION = 25
    """What is remitted of a late payment charge (s. 49(2)). ref: remission."""
    SUSPENSE_MATCH = 30
    """A row that was paid into its employer's suspense is credited to the member whose it is; part 1: the dividend of its lateness. ref: match."""
    VOLUNTARY = 40
    """A voluntary contribution, as far as it is within the yearly ceiling; part 1: taken back by two officers, to its payer. ref: voluntary
    contribution."""
    VOLUNTARY_RETURNED = 41
    """What of a voluntary contribution is not credited, on its way back to the payer (ruling 19). ref: voluntary contribution."""
    INCENTIVE_RECEIVED = 44
    """The Government has paid what was claimed of an incentive for a half-year (ruling 18). ref: its answer."""
    COUNTER_BANKED = 45
    """The cash of a drawer of a receipting counter is on the fund's account. ref: drawer."""
    CHEQUE_CLEARED = 46
    """A cheque that a receipting counter took is on the fund's account. ref: counter receipt."""


class HoldKind(IntEnum):
    """For what money is held. `ref` of each is the id of the row that asked for it."""

    WITHDRAWAL = 1
    """An application for a withdrawal. ref: application."""
    REFUND = 2
    """An employer's credit on its way back. ref: refund."""
    OVERPAYMENT = 3
    """What an employer paid too much and members gave back. ref: overpayment."""
    VOLUNTARY_RETURN = 4
    """What a payer of a voluntary contribution gets back. ref: voluntary return."""


class HoldState(StrEnum):
    PLACED = "PLACED"
    RELEASED = "RELEASED"
    CAPTURED = "CAPTURED"
    MOVED = "MOVED"
    """The money went to another account of the same holder, and the hold with it: another PLACED row goes on from here."""


class FreezeState(StrEnum):
    FROZEN = "FROZEN"
    LIFTED = "LIFTED"
