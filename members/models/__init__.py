"""Who a member is (`register`), what is kept of acts at a counter or kiosk (`counter`), where their money goes (`banking`), and which officer is a
member, too (`officers`), whose access is blocked (`blocks`), what dividends were declared and credited (`dividends`), what is paid out to
banks (`payouts`), and what new contributions put back (`replacing`)."""

from members.models.banking import BankAccount
from members.models.blocks import AccessBlock
from members.models.counter import CounterProposal, IdentityCheck
from members.models.dividends import Dividend, DividendDeclaration, DividendPreview, ShariahChoice
from members.models.officers import OfficerIdentity
from members.models.payouts import Payout, PayoutFile
from members.models.register import CitizenshipPeriod, Member, days_of, eight_digits, only
from members.models.replacing import ReplacementMove, ReplacementOrder

__all__ = [
    "AccessBlock",
    "BankAccount",
    "CitizenshipPeriod",
    "CounterProposal",
    "Dividend",
    "DividendDeclaration",
    "DividendPreview",
    "IdentityCheck",
    "Member",
    "OfficerIdentity",
    "Payout",
    "PayoutFile",
    "ReplacementMove",
    "ReplacementOrder",
    "ShariahChoice",
    "days_of",
    "eight_digits",
    "only",
]
