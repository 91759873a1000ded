"""Who a member is (`register`), and what is kept of acts at a counter or kiosk (`counter`)."""

from members.models.counter import CounterProposal, IdentityCheck
from members.models.register import CitizenshipPeriod, Member, days_of, eight_digits, only

__all__ = ["CitizenshipPeriod", "CounterProposal", "IdentityCheck", "Member", "days_of", "eight_digits", "only"]
