"""Closed lists of words about what is owed, filed, paid and credited."""

from enum import StrEnum
from typing import Final


class SchedulePart(StrEnum):
    """The parts (Bahagian) of the Third Schedule."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Rounding(StrEnum):
    """How exact amounts become whole ringgit (ruling 5): the total and the employee's share, or each share by itself."""

    TOTAL = "TOTAL"
    EACH_SHARE = "EACH_SHARE"


class ChoiceForm(StrEnum):
    """The forms by which somebody whom no Part binds chooses to contribute (seed 001, Pilihan Untuk Mencarum)."""

    KWSP_16 = "KWSP 16"
    KWSP_16B = "KWSP 16B"


class KhasForm(StrEnum):
    """The Khas forms that kept the employee's share where an edition lowered it, by their years (facts 2.3)."""

    OF_2009 = "2009"
    OF_2016 = "2016"
    OF_2020 = "2020"
    OF_2021 = "2021"
    OF_2022 = "2022"


class EarnsFrom(StrEnum):
    """The day from which a contribution earns (ruling 15)."""

    LAST_DAY_OF_CONTRIBUTION_MONTH = "LAST_DAY_OF_CONTRIBUTION_MONTH"
    PAYMENT_DATE = "PAYMENT_DATE"


class Category(StrEnum):
    """The legal standing of an employee, by which Parts of the Third Schedule are chosen (seed 001; facts 2.2)."""

    CITIZEN = "CITIZEN"
    PERMANENT_RESIDENT = "PERMANENT_RESIDENT"
    EARLY_NON_CITIZEN = "EARLY_NON_CITIZEN"
    LATER_NON_CITIZEN = "LATER_NON_CITIZEN"


class FilingState(StrEnum):
    """Where one Borang A stands. The moves between them: contributions/workflow.py."""

    RECEIVED = "RECEIVED"
    ASKED = "ASKED"
    UNREADABLE = "UNREADABLE"
    FAULTY = "FAULTY"
    READY = "READY"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    PAID = "PAID"
    CREDITED = "CREDITED"
    DISCARDED = "DISCARDED"


class FilingAction(StrEnum):
    READ_READY = "READ_READY"
    READ_FAULTY = "READ_FAULTY"
    READ_REFUSED = "READ_REFUSED"
    READ_ASKED = "READ_ASKED"
    CHOOSE = "CHOOSE"
    SUBMIT = "SUBMIT"
    APPROVE = "APPROVE"
    RETURN = "RETURN"
    DISCARD = "DISCARD"
    REREAD = "REREAD"
    MEND = "MEND"
    MEND_LAST = "MEND_LAST"
    UNDO_MEND = "UNDO_MEND"
    TAKE_BACK = "TAKE_BACK"
    CANCEL = "CANCEL"
    RECALL = "RECALL"
    PAY = "PAY"
    TAKE_RECEIPT = "TAKE_RECEIPT"
    RECEIVE_PAYMENT = "RECEIVE_PAYMENT"
    FINISH_CREDITING = "FINISH_CREDITING"
    ASSESS = "ASSESS"
    GIVE_WAY = "GIVE_WAY"
    LIFT = "LIFT"


class FilingSource(StrEnum):
    """Whose word a filing is: the employer's Borang A, or KWSP's assessment of a month (KWSP 7, Borang E)."""

    FORM_A = "FORM_A"
    ASSESSMENT = "ASSESSMENT"


class Who(StrEnum):
    """Who may do an action: the system, a person with the right to prepare, one with the right to approve who did not prepare, or the
    administrator. What was handed in without a checker may be approved by who prepared it, too, with the right to approve."""

    SYSTEM = "SYSTEM"
    PREPARER = "PREPARER"
    OTHER_APPROVER = "OTHER_APPROVER"
    PAYER = "PAYER"
    ADMINISTRATOR = "ADMINISTRATOR"


class RowStatus(StrEnum):
    """Classes of a row of Borang A (ruling 14). LEFT_OUT: who prepares the filing said that it is not part of it; it is counted nowhere."""

    VALID = "VALID"
    UNMATCHED = "UNMATCHED"
    INVALID = "INVALID"
    LEFT_OUT = "LEFT_OUT"


class MendKind(StrEnum):
    """How rows were mended: one by hand, left out, all of a cause by the schedule's shares or with their zeros, or as what is owed beyond what was
    filed too low; or taken back."""

    BY_HAND = "BY_HAND"
    LEAVE_OUT = "LEAVE_OUT"
    SHARES = "SHARES"
    ZEROS = "ZEROS"
    TOP_UP = "TOP_UP"
    UNDO = "UNDO"


class LawPurpose(StrEnum):
    """What of a filing was reckoned by an edition of the law: the shares of its rows, or the division and value date of their credits."""

    SHARES = "SHARES"
    SPLIT = "SPLIT"


class ElectionKind(StrEnum):
    """What may be elected for an employment (seed 001; facts 2.3, 7.1). The last two are choices to contribute at all, and stand for ever."""

    EMPLOYER_EXCESS = "EMPLOYER_EXCESS"
    EMPLOYEE_EXCESS = "EMPLOYEE_EXCESS"
    KEEPS_RATE = "KEEPS_RATE"
    KWSP_16 = "KWSP_16"
    KWSP_16B = "KWSP_16B"


class ElectionAct(StrEnum):
    """To elect, or to give notice that an election ends."""

    ELECT = "ELECT"
    CANCEL = "CANCEL"


class ElectionState(StrEnum):
    """Where an election or a notice stands. The moves between them: contributions/workflow.py. APPROVED and DISCARDED are final."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    DISCARDED = "DISCARDED"


class PaymentMethod(StrEnum):
    """Ways of paying: the names of channels.yaml. RECEIPT: paid at a bank agent or by internet banking, known by a file of receipts. CREDIT: with the
    employer's own money that lies at the fund. COUNTER: a person's, at a counter of KWSP that gives receipts."""

    FPX = "FPX"
    MAYBANK2U = "MAYBANK2U"
    DDA = "DDA"
    RECEIPT = "RECEIPT"
    CREDIT = "CREDIT"
    COUNTER = "COUNTER"


class PaymentState(StrEnum):
    """SENT -> PENDING (09, 99) -> APPROVED (00) | FAILED | EXPIRED. Forward only; APPROVED is final.

    A late 00 is believed even after FAILED or EXPIRED: the payer's money has moved. Where the bank took another amount than was asked
    (ruling 17b) an officer makes it DIFFERS, as final as APPROVED: its money is in the employer's suspense account.
    """

    SENT = "SENT"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    DIFFERS = "DIFFERS"


class MandateState(StrEnum):
    """APPLIED -> ACTIVE | REFUSED by the bank; ENDED by whose account it is, by the bank, or of a person by the fund. REFUSED and ENDED are final."""

    APPLIED = "APPLIED"
    ACTIVE = "ACTIVE"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class MonthlyEnd(StrEnum):
    """Why the fund itself ends a person's monthly direct debit: something about the member who is credited; HOLDER: who paid for another has died.
    NO_MORE: no longer registered for the incentive that it pays for."""

    DIED = "DIED"
    HOLDER = "HOLDER"
    TOO_OLD = "TOO_OLD"
    FOREIGN = "FOREIGN"
    NO_MORE = "NO_MORE"


class MatterKind(StrEnum):
    """Why a payment is before an officer. The first three come from what the bank says, REFUND from the employer, RECEIPTS_FILE
    and what begins with RECEIPT from files of receipts, NOT_FILED from a month with people employed and no Borang A, the rest from the settlement.
    LATE_EXCESS: more was paid for a month's lateness than is owed. LATE_CREDITED: a dividend would be another, and the members have it.
    VOLUNTARY_BACK: what goes back to a payer of whom no bank account is known."""

    CONTRADICTS = "CONTRADICTS"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    SILENT = "SILENT"
    REFUND = "REFUND"
    NOT_SETTLED = "NOT_SETTLED"
    SETTLED_UNKNOWN = "SETTLED_UNKNOWN"
    SETTLED_UNPAID = "SETTLED_UNPAID"
    SETTLED_NUMBER = "SETTLED_NUMBER"
    SETTLED_AMOUNT = "SETTLED_AMOUNT"
    SETTLED_TWICE = "SETTLED_TWICE"
    FILE_REFUSED = "FILE_REFUSED"
    NOT_FILED = "NOT_FILED"
    LATE_EXCESS = "LATE_EXCESS"
    LATE_CREDITED = "LATE_CREDITED"
    RECEIPTS_FILE = "RECEIPTS_FILE"
    RECEIPT_TWICE = "RECEIPT_TWICE"
    RECEIPT_CHANNEL = "RECEIPT_CHANNEL"
    RECEIPT_EMPLOYER = "RECEIPT_EMPLOYER"
    RECEIPT_MONTH = "RECEIPT_MONTH"
    RECEIPT_ROWS = "RECEIPT_ROWS"
    RECEIPT_TOTAL = "RECEIPT_TOTAL"
    RECEIPT_MEMBER = "RECEIPT_MEMBER"
    VOLUNTARY_BACK = "VOLUNTARY_BACK"


RECEIPT_MATTERS: Final = (
    MatterKind.RECEIPT_TWICE,
    MatterKind.RECEIPT_CHANNEL,
    MatterKind.RECEIPT_EMPLOYER,
    MatterKind.RECEIPT_MONTH,
    MatterKind.RECEIPT_ROWS,
    MatterKind.RECEIPT_TOTAL,
    MatterKind.RECEIPT_MEMBER,
)
"""About one receipt of a bank agent: decided with an effect, never just noted."""


class MatterDecision(StrEnum):
    """How a matter ended. SOLVED: the portal learned by itself what was missing; the others are an officer's."""

    NOTED = "NOTED"
    SUSPENDED = "SUSPENDED"
    REFUND_APPROVED = "REFUND_APPROVED"
    REFUND_REFUSED = "REFUND_REFUSED"
    SOLVED = "SOLVED"
    RECEIPT_ASSIGNED = "RECEIPT_ASSIGNED"
    RECEIPT_PAID = "RECEIPT_PAID"
    RECEIPT_RETURNED = "RECEIPT_RETURNED"
    TO_MEMBER = "TO_MEMBER"


class MatterAction(StrEnum):
    OPEN = "OPEN"
    AGAIN = "AGAIN"
    TAKE = "TAKE"
    PROPOSE = "PROPOSE"
    CLOSE = "CLOSE"


class ReceiptState(StrEnum):
    """What became of a receipt. READING: its Borang A is being read; OPEN: before an officer, or waiting for the employer to mend its rows. PAID:
    it pays a Borang A, or is a member's voluntary contribution; SUSPENDED: the employer's suspense account has the money; RETURNED: the agent has
    it, or there was none. These three are final."""

    NEW = "NEW"
    READING = "READING"
    OPEN = "OPEN"
    PAID = "PAID"
    SUSPENDED = "SUSPENDED"
    RETURNED = "RETURNED"


class DrawerState(StrEnum):
    """Of a counter's drawer: OPEN takes money; COUNTED by who had it; SEEN by a supervisor, and its cash goes to the bank. Forward only."""

    OPEN = "OPEN"
    COUNTED = "COUNTED"
    SEEN = "SEEN"


class CounterMode(StrEnum):
    """With what a counter is paid: names of channels.yaml."""

    CASH = "CASH"
    CHEQUE = "CHEQUE"


class CounterReceiptState(StrEnum):
    """WAITS: a cheque that the bank has not cleared yet. PAID: cash, or a cheque that was cleared. BOUNCED: one that the bank sent back. The last two
    are final."""

    WAITS = "WAITS"
    PAID = "PAID"
    BOUNCED = "BOUNCED"


class BounceWhy(StrEnum):
    """Why a bank sends a cheque back."""

    FUNDS = "FUNDS"
    SIGNATURE = "SIGNATURE"
    STOPPED = "STOPPED"
    CLOSED = "CLOSED"
    DATE = "DATE"
    OTHER = "OTHER"


class RefundState(StrEnum):
    """An employer's application to have a second payment back: APPLIED -> PROPOSED by one officer -> APPROVED by another -> SENT with a payout
    file -> PAID, or RETURNED by the bank and SENT again to another account. One officer refuses what is not approved. PAID and REFUSED are final."""

    APPLIED = "APPLIED"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"


class RefundAccountState(StrEnum):
    """ASKED: the bank has not said yet whose it is. CURRENT: refunds go there. REFUSED and ENDED say why, and are final."""

    ASKED = "ASKED"
    CURRENT = "CURRENT"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class RefundAccountEnd(StrEnum):
    """Why an account is not one that refunds go to. From REPLACED on it was, or was on its way to be."""

    NO_ACCOUNT = "NO_ACCOUNT"
    CLOSED = "CLOSED"
    JOINT = "JOINT"
    NAME = "NAME"
    SILENT = "SILENT"
    REPLACED = "REPLACED"
    RETURNED = "RETURNED"


class MessageVerdict(StrEnum):
    """What became of a message from the bank."""

    APPLIED = "APPLIED"
    REPEATED = "REPEATED"
    REFUSED = "REFUSED"
    CONTRADICTS = "CONTRADICTS"


class MonthStanding(StrEnum):
    """How a wage month of one employer stands for one employee, as contributions/rules/standing.py decides it."""

    DUE = "DUE"
    MISSING = "MISSING"
    LEFT_OUT = "LEFT_OUT"
    FILED = "FILED"
    PAID = "PAID"
    CREDITED = "CREDITED"
    SUSPENDED = "SUSPENDED"
    NO_WAGES = "NO_WAGES"
    NOTHING_DUE = "NOTHING_DUE"
    NIL = "NIL"
    TAKEN_BACK = "TAKEN_BACK"
    """It was credited by mistake and is another member's now."""


class CorrectionState(StrEnum):
    """Where a correction stands. The moves between them: contributions/workflow.py. POSTED, REFUSED, WITHDRAWN and NOTHING (to correct) are final."""

    PREPARING = "PREPARING"
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    NOTHING = "NOTHING"


class CorrectionAction(StrEnum):
    FINISH_PREPARING = "FINISH_PREPARING"
    FIND_NOTHING = "FIND_NOTHING"
    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"
    FINISH_POSTING = "FINISH_POSTING"


class CorrectionWho(StrEnum):
    """Who may do it: the system, the officer who prepared it, another one, or either."""

    SYSTEM = "SYSTEM"
    PREPARER = "PREPARER"
    OTHER_OFFICER = "OTHER_OFFICER"
    OFFICER = "OFFICER"


class CorrectionEffect(StrEnum):
    """What a correction does to money and days: more is credited at once, less taken back in proportion, both count from the contribution's day."""

    AT_ONCE = "AT_ONCE"
    IN_PROPORTION = "IN_PROPORTION"
    OF_THE_CONTRIBUTION = "OF_THE_CONTRIBUTION"


class LineState(StrEnum):
    """What became of one line of a correction. REFUSED has its reason, and nothing was posted for it."""

    OPEN = "OPEN"
    POSTED = "POSTED"
    REFUSED = "REFUSED"


class OverpaymentWhy(StrEnum):
    """Why an employer says that a row asked for too much (Borang KWSP 14)."""

    WAGES = "WAGES"
    NOT_EMPLOYED = "NOT_EMPLOYED"
    TWICE = "TWICE"
    NOT_LIABLE = "NOT_LIABLE"


class OverpaymentHow(StrEnum):
    """Where what an employer paid too much goes: to its account, or to its credit, which pays of a later month."""

    REFUND = "REFUND"
    OFFSET = "OFFSET"


class OverpaymentState(StrEnum):
    """What became of an application for what was paid too much.

    The employer's: DRAFT -> SUBMITTED -> APPLIED, or DISCARDED. KWSP's: APPLIED, while its correction goes its way, -> HELD (taken back, the
    employer's credit, on its way to its account), OFFSET (the employer's credit, free to pay with) or NOTHING (none of it is there any more); or
    REFUSED. The money's: HELD -> SENT -> PAID, or RETURNED by the bank and held anew; HELD and RETURNED <-> OFFSET as the employer chooses, until a
    payout file has it.
    """

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPLIED = "APPLIED"
    HELD = "HELD"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    OFFSET = "OFFSET"
    NOTHING = "NOTHING"
    REFUSED = "REFUSED"
    DISCARDED = "DISCARDED"


class WrongCreditState(StrEnum):
    """What became of a credit that is said to be another member's. PROPOSED is the only one that moves; POSTED is in the ledger."""

    PROPOSED = "PROPOSED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ReversalCause(StrEnum):
    """Why a voluntary contribution is taken back, which says to whom it goes: a MISTAKE to who paid it, a RECALL to the bank, which has taken back
    what it had paid over."""

    MISTAKE = "MISTAKE"
    RECALL = "RECALL"


class PayeeBasis(StrEnum):
    """As whom somebody is paid what goes back of a voluntary contribution: the PAYER in another way; or of a payer who has died the ADMINISTRATOR of
    the estate, an heir by an order of distribution (HEIR), or who was named (NOMINEE)."""

    PAYER = "PAYER"
    ADMINISTRATOR = "ADMINISTRATOR"
    HEIR = "HEIR"
    NOMINEE = "NOMINEE"


class MatchState(StrEnum):
    """What became of a row in suspense that is said to be a member's. PROPOSED is the only one that moves; POSTED is in the ledger."""

    PROPOSED = "PROPOSED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class WageListState(StrEnum):
    """Where a wage list stands. OPEN: being written; FILED: its rows became a Borang A; NIL_WAITS and NIL: nothing to contribute, and whether an
    approver has agreed. DISCARDED is final; the others may be opened again."""

    OPEN = "OPEN"
    FILED = "FILED"
    NIL_WAITS = "NIL_WAITS"
    NIL = "NIL"
    DISCARDED = "DISCARDED"


class WageListSource(StrEnum):
    """What a wage list begins from: the people on record with their last wages, the same without, or nobody."""

    LAST_WAGES = "LAST_WAGES"
    PEOPLE = "PEOPLE"
    EMPTY = "EMPTY"


class WageStanding(StrEnum):
    """How somebody on a wage list stands in the month."""

    WAGES = "WAGES"
    UNPAID_LEAVE = "UNPAID_LEAVE"
    LEFT = "LEFT"


class DueKind(StrEnum):
    """What lateness costs an employer beside the contribution itself (rulings 10 and 11)."""

    CHARGE = "CHARGE"
    DIVIDEND = "DIVIDEND"


class ComplaintGround(StrEnum):
    """What a member complains of (kwsp.gov.my, lodging a complaint on contribution). DEDUCTED: taken from the wages, and not paid."""

    NOT_PAID = "NOT_PAID"
    DEDUCTED = "DEDUCTED"
    TOO_LOW = "TOO_LOW"
    WRONG_MONTH = "WRONG_MONTH"
    WRONG_DETAILS = "WRONG_DETAILS"


class ComplaintState(StrEnum):
    """SENT: nobody has it yet. TAKEN: an inspector has it. The others are final."""

    SENT = "SENT"
    TAKEN = "TAKEN"
    RESOLVED = "RESOLVED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class ComplaintAction(StrEnum):
    """SEND, ADD and WITHDRAW are the member's, the others an inspector's. TELL: the employer hears of it without a name; NAME: with it."""

    SEND = "SEND"
    ADD = "ADD"
    WITHDRAW = "WITHDRAW"
    TAKE = "TAKE"
    ANSWER = "ANSWER"
    TELL = "TELL"
    NAME = "NAME"
    RESOLVE = "RESOLVE"
    DECLINE = "DECLINE"


class RemissionState(StrEnum):
    """Of what KWSP is asked to remit of a late payment charge. WITHDRAWN by who put it forward."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class PlanState(StrEnum):
    """Where an instalment plan stands. Nothing is agreed before RUNNING; DONE, BROKEN, REFUSED, WITHDRAWN and LAPSED are final.

    ASKED by the employer; PROPOSED: terms of an officer wait for another; OFFERED: approved, the employer accepts. LAPSED: nobody accepted it by its
    first day, or nothing of it is owed any more.
    """

    ASKED = "ASKED"
    PROPOSED = "PROPOSED"
    OFFERED = "OFFERED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    BROKEN = "BROKEN"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


class PlanAction(StrEnum):
    """ASK makes it. ACCEPT and WITHDRAW are the employer's, FINISH, BREAK and LAPSE the calendar's, the others officers'."""

    ASK = "ASK"
    PROPOSE = "PROPOSE"
    RETURN = "RETURN"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    ACCEPT = "ACCEPT"
    WITHDRAW = "WITHDRAW"
    FINISH = "FINISH"
    BREAK = "BREAK"
    LAPSE = "LAPSE"


class PlanWho(StrEnum):
    """Who may do something with a plan: who approves for the employer, an officer, an officer who wrote none of its terms, or the calendar."""

    EMPLOYER = "EMPLOYER"
    OFFICER = "OFFICER"
    OTHER_OFFICER = "OTHER_OFFICER"
    SYSTEM = "SYSTEM"


class LateScheme(StrEnum):
    """Which dividend prices lateness in a year (seed 001): to 2016 the conventional one, then the lower of the two."""

    CONVENTIONAL = "CONVENTIONAL"
    LOWER = "LOWER"


class LateReading(StrEnum):
    """How late charge and dividend are reckoned (rulings 10 and 11): what `contributions.rules.late` does, and nothing else."""

    UP_TO_RINGGIT = "UP_TO_RINGGIT"
    FROM_16TH_TO_PAYMENT = "FROM_16TH_TO_PAYMENT"
    MONTH_END_TO_PAYMENT = "MONTH_END_TO_PAYMENT"
    LAST_DECLARED = "LAST_DECLARED"


class AssessmentState(StrEnum):
    """Where an assessment stands. From SERVED to AMENDING the employer owes what it says; UPHELD answers an objection, AMENDING has another in the
    making that takes its place. REPLACED by that one, WITHDRAWN once served and DISCARDED before are final."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    SERVED = "SERVED"
    OBJECTED = "OBJECTED"
    UPHELD = "UPHELD"
    AMENDING = "AMENDING"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"
    DISCARDED = "DISCARDED"


class AssessmentAction(StrEnum):
    PROPOSE = "PROPOSE"
    TAKE_BACK = "TAKE_BACK"
    RETURN = "RETURN"
    DISCARD = "DISCARD"
    SIGN = "SIGN"
    OBJECT = "OBJECT"
    UPHOLD = "UPHOLD"
    WITHDRAW = "WITHDRAW"
    AMEND = "AMEND"
    REPLACE = "REPLACE"
    DROP_AMENDMENT = "DROP_AMENDMENT"


class AssessmentWho(StrEnum):
    """Who may do something with an assessment: who made it, an officer, an officer who did not make it, the employer, or what follows from an act on
    another assessment."""

    MAKER = "MAKER"
    OFFICER = "OFFICER"
    OTHER_OFFICER = "OTHER_OFFICER"
    EMPLOYER = "EMPLOYER"
    SYSTEM = "SYSTEM"


class AssessmentSource(StrEnum):
    """From what an assessment begins: the people on record with their last wages, wages that an inspector writes, or a file of them."""

    LAST_WAGES = "LAST_WAGES"
    WRITTEN = "WRITTEN"
    FILE = "FILE"


class IncentiveScheme(StrEnum):
    """The Government's incentives on voluntary contributions, and the kinds of contribution that earn them."""

    ISARAAN = "ISARAAN"
    ISURI = "ISURI"


class IncentiveReading(StrEnum):
    """How an incentive is reckoned (rulings 18 and 20): what `contributions.rules.incentive` does, and nothing else."""

    BY_SHARE = "BY_SHARE"
    BY_MONTH = "BY_MONTH"
    NO_CAP = "NO_CAP"
    ALL_YEARS = "ALL_YEARS"
    OWN_KIND = "OWN_KIND"
    ONE_AT_A_TIME = "ONE_AT_A_TIME"
    NEAREST_SEN = "NEAREST_SEN"


class ReturnWhy(StrEnum):
    """Why a payer gets money back: it is above the yearly ceiling, its member may not be credited any more, the bank took another amount, or two
    officers took back what was credited."""

    CEILING = "CEILING"
    TOO_OLD = "TOO_OLD"
    DIED = "DIED"
    DIFFERS = "DIFFERS"
    REVERSED = "REVERSED"


class ReturnState(StrEnum):
    """HELD -> SENT -> PAID | RETURNED by the bank, which is held anew."""

    HELD = "HELD"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"


class VoluntaryKind(StrEnum):
    """What a voluntary contribution is paid as (seed 002): by own choice, for an incentive, or to top up Akaun Persaraan."""

    OWN_CHOICE = "OWN_CHOICE"
    ISARAAN = "ISARAAN"
    ISURI = "ISURI"
    TOP_UP = "TOP_UP"


class RegisteredAt(StrEnum):
    """How a member was registered for an incentive."""

    ACCOUNT = "ACCOUNT"
    PUBLIC = "PUBLIC"
    COUNTER = "COUNTER"
    LIST = "LIST"


class Occupation(StrEnum):
    """The ten groups of seed 002 that may hold i-Saraan, other work on one's own account, and work for an employer, which may not."""

    FARMER = "FARMER"
    TRADER = "TRADER"
    CHILDMINDER = "CHILDMINDER"
    AGENT = "AGENT"
    FREELANCER = "FREELANCER"
    BUSINESS = "BUSINESS"
    ONLINE_BUSINESS = "ONLINE_BUSINESS"
    PRACTICE = "PRACTICE"
    HOUSEWIFE = "HOUSEWIFE"
    PENSIONABLE = "PENSIONABLE"
    OTHER = "OTHER"
    EMPLOYEE = "EMPLOYEE"


class IncentiveRunState(StrEnum):
    """Where a half-year's run of one incentive stands. OPEN: each member's incentive is being reckoned; CLAIMED: the claim waits for its file;
    SENT: the Government has the file; RECEIVED: it has answered and paid, and members are credited from the run's day on. CREDITED and NOTHING
    (to claim) are final."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    SENT = "SENT"
    RECEIVED = "RECEIVED"
    CREDITED = "CREDITED"
    NOTHING = "NOTHING"


class IncentiveClaimState(StrEnum):
    """What became of one member's claim. REFUSED by the Government, with its reason; SET_OFF: nothing is claimed, since more was paid than is earned.
    These and CREDITED are final."""

    CLAIMED = "CLAIMED"
    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"
    CREDITED = "CREDITED"
    SET_OFF = "SET_OFF"


class ClaimFileState(StrEnum):
    """A claim file is written by a worker (MAKING), looked at by a second officer (MADE) and sent (APPROVED), or REFUSED and made anew."""

    MAKING = "MAKING"
    MADE = "MADE"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class ClaimAnswerState(StrEnum):
    """The Government's answer to a claim file: READING, then TAKEN whole or REFUSED whole."""

    READING = "READING"
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"


class AnswerFault(StrEnum):
    """Why an answer file is refused as a whole."""

    NOT_TEXT = "NOT_TEXT"
    EMPTY = "EMPTY"
    HEADER = "HEADER"
    SCHEME = "SCHEME"
    PERIOD = "PERIOD"
    CLAIM_FILE = "CLAIM_FILE"
    RECEIVED_ON = "RECEIVED_ON"
    ROW = "ROW"
    CUT = "CUT"
    AFTER_END = "AFTER_END"
    COUNT = "COUNT"
    TOTAL = "TOTAL"
    TWICE = "TWICE"
    UNKNOWN = "UNKNOWN"
    MEMBER = "MEMBER"
    AMOUNT = "AMOUNT"
    MISSING = "MISSING"
    REPEATED = "REPEATED"


class RegistrationEnd(StrEnum):
    """Why a registration for an incentive ended: cancelled by the member, signed in or at a counter; dropped from the Ministry's list; an employer's
    contribution came."""

    MEMBER = "MEMBER"
    COUNTER = "COUNTER"
    LIST = "LIST"
    EMPLOYER = "EMPLOYER"


class EKasihState(StrEnum):
    """A file of the Ministry's e-Kasih list. UNREADABLE: nothing of it was taken. WAITS for a second officer; TAKEN: workers follow it."""

    UNREADABLE = "UNREADABLE"
    WAITS = "WAITS"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    TAKEN = "TAKEN"
    FOLLOWED = "FOLLOWED"


class EKasihFate(StrEnum):
    """What a row of the list is, and what came of it. LISTED until a worker has followed it: then REGISTERED, or why not."""

    LISTED = "LISTED"
    BAD_NUMBER = "BAD_NUMBER"
    TWICE = "TWICE"
    UNKNOWN = "UNKNOWN"
    OTHER_NAME = "OTHER_NAME"
    NOT_A_WOMAN = "NOT_A_WOMAN"
    DIED = "DIED"
    REGISTERED = "REGISTERED"
    STAYS = "STAYS"
    HOLDS_OTHER = "HOLDS_OTHER"
    CANCELLED = "CANCELLED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
