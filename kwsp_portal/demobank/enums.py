"""The bank's words: states of an order, and the ways in which a bank may behave."""

from enum import StrEnum


class Way(StrEnum):
    """By which protocol an order came, and its messages go."""

    FPX = "FPX"
    MAYBANK2U = "MAYBANK2U"


class State(StrEnum):
    """OPEN waits for the payer, PENDING for the company's authoriser; SETTLED has its final code."""

    OPEN = "OPEN"
    PENDING = "PENDING"
    SETTLED = "SETTLED"


class Result(StrEnum):
    """What the bank does with the order: the code it will give."""

    APPROVE = "00"
    INSUFFICIENT = "51"
    NOT_PERMITTED = "57"
    AUTHORISE_LATER = "99"


class Direct(StrEnum):
    """When the direct message is sent. NORMAL: while the browser returns; FIRST: the browser waits until the portal has it;
    LATE: after a delay; NEVER: only an enquiry tells; REPEATED: several times the same."""

    NORMAL = "NORMAL"
    FIRST = "FIRST"
    LATE = "LATE"
    NEVER = "NEVER"
    REPEATED = "REPEATED"


class Return(StrEnum):
    """Whether the payer's browser goes back to the portal."""

    RETURNS = "RETURNS"
    STAYS = "STAYS"


class Fault(StrEnum):
    """What is wrong with the messages. WRONG_AMOUNT is what the bank really debited, so enquiries say it too; the
    others are wrong messages about a right payment."""

    NONE = "NONE"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    WRONG_ORDER = "WRONG_ORDER"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    RETIRED_KEY = "RETIRED_KEY"


class SettlementFault(StrEnum):
    """What is wrong with the settlement files. From TORN on they are spoilt after they were signed."""

    NONE = "NONE"
    LATE = "LATE"
    MISSING_ROW = "MISSING_ROW"
    EXTRA_ROW = "EXTRA_ROW"
    ROW_TWICE = "ROW_TWICE"
    OTHER_AMOUNT = "OTHER_AMOUNT"
    OTHER_NUMBER = "OTHER_NUMBER"
    TORN = "TORN"
    ALTERED = "ALTERED"


class MandateFault(StrEnum):
    """What the bank does with mandates of direct debit that it is asked for. From SILENT on its answers are no answers."""

    NONE = "NONE"
    DELAYED = "DELAYED"
    REFUSED = "REFUSED"
    NAME = "NAME"
    CLOSED = "CLOSED"
    SILENT = "SILENT"
    BAD_SIGNATURE = "BAD_SIGNATURE"


class CollectionFault(StrEnum):
    """What becomes of the last row of the next collection files (to NO_MANDATE); what is wrong with the answer files, from TORN on after signing."""

    NONE = "NONE"
    INSUFFICIENT = "INSUFFICIENT"
    CLOSED = "CLOSED"
    NO_MANDATE = "NO_MANDATE"
    LATE = "LATE"
    ROW_TWICE = "ROW_TWICE"
    WRONG_TOTAL = "WRONG_TOTAL"
    OTHER_AMOUNT = "OTHER_AMOUNT"
    TORN = "TORN"
    ALTERED = "ALTERED"


class PayoutFault(StrEnum):
    """What becomes of the next payout files. NOT_TAKEN: the bank does not take them; LOST: it takes them, and its word never arrives; REJECTED and
    CLOSED are what it does with the last row; LATE: there is no answer yet, or ever. What follows is wrong with the answers, from TORN on after
    signing."""

    NONE = "NONE"
    NOT_TAKEN = "NOT_TAKEN"
    LOST = "LOST"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"
    LATE = "LATE"
    ROW_TWICE = "ROW_TWICE"
    WRONG_TOTAL = "WRONG_TOTAL"
    OTHER_AMOUNT = "OTHER_AMOUNT"
    TORN = "TORN"
    ALTERED = "ALTERED"


class NameFault(StrEnum):
    """What the bank does with questions whose account a number is. From CLOSED on the answers are right ones about other books;
    from MALFORMED on they are wrong answers."""

    NONE = "NONE"
    LATE = "LATE"
    SILENT = "SILENT"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"
    JOINT = "JOINT"
    COMPANY = "COMPANY"
    NEAR_NAME = "NEAR_NAME"
    ANOTHER_NAME = "ANOTHER_NAME"
    MALFORMED = "MALFORMED"
    DUPLICATE_FIELD = "DUPLICATE_FIELD"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    ANOTHER_ENQUIRY = "ANOTHER_ENQUIRY"


class ReceiptFault(StrEnum):
    """What is wrong with a file of receipts. COUNT to HASH are signed as they are wrong; FILE_AGAIN sends the file before it once more; TORN and
    ALTERED are spoilt after they were signed. The others are what people at counters do."""

    NONE = "NONE"
    RECEIPT_TWICE = "RECEIPT_TWICE"
    UNKNOWN_EMPLOYER = "UNKNOWN_EMPLOYER"
    UNKNOWN_MEMBER = "UNKNOWN_MEMBER"
    WRONG_TOTAL = "WRONG_TOTAL"
    MONTH_AHEAD = "MONTH_AHEAD"
    BAD_ROW = "BAD_ROW"
    COUNT = "COUNT"
    TOTAL = "TOTAL"
    HASH = "HASH"
    FILE_AGAIN = "FILE_AGAIN"
    TORN = "TORN"
    ALTERED = "ALTERED"
