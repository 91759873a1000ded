"""Who a member is (`register`), what is kept of acts at a counter or kiosk (`counter`), and where their money goes (`banking`)."""

from members.models.banking import BankAccount
from members.models.counter import CounterProposal, IdentityCheck
from members.models.register import CitizenshipPeriod, Member, days_of, eight_digits, only

__all__ = ["BankAccount", "CitizenshipPeriod", "CounterProposal", "IdentityCheck", "Member", "days_of", "eight_digits", "only"]
