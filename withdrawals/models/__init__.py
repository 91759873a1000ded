"""Tables of withdrawals."""

from withdrawals.models.applications import Application, ApplicationDocument, ApplicationLog, Decision, WithdrawalPayment
from withdrawals.models.officers import OfficerRelative

__all__ = ["Application", "ApplicationDocument", "ApplicationLog", "Decision", "OfficerRelative", "WithdrawalPayment"]
