"""Tables of withdrawals."""

from withdrawals.models.applications import Application, ApplicationDocument, ApplicationLog, Confirmation, Decision, WithdrawalPayment
from withdrawals.models.bankruptcies import Bankruptcy
from withdrawals.models.creditors import CreditorAccount
from withdrawals.models.holidays import PublicHoliday
from withdrawals.models.officers import OfficerRelative

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationLog",
    "Bankruptcy",
    "Confirmation",
    "CreditorAccount",
    "Decision",
    "OfficerRelative",
    "PublicHoliday",
    "WithdrawalPayment",
]
